import os

import pytest

from quizapp.classroom.cores import usable_cores

MANY = set(range(8))


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine of eight cores; writes the files of its control groups."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: MANY, raising=False)

    def write(**files):
        for name, text in files.items():
            file = tmp_path / name.replace("__", "/").replace("_DOT_", ".")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return usable_cores(tmp_path)

    return write


def test_without_control_groups_the_affinity_counts(machine):
    assert machine() == 8


@pytest.mark.parametrize(
    ("quota", "cores"),
    [("max 100000", 8), ("200000 100000", 2), ("150000 100000", 2), ("1000 100000", 1), ("", 8)],
)
def test_a_quota_of_the_own_group_counts(machine, quota, cores):
    found = machine(
        proc__self__cgroup="0::/work/me\n", sys__fs__cgroup__work__me__cpu_DOT_max=quota
    )
    assert found == cores


def test_a_quota_of_a_group_above_counts_too(machine):
    found = machine(
        proc__self__cgroup="0::/work/me\n",
        sys__fs__cgroup__work__me__cpu_DOT_max="max 100000",
        sys__fs__cgroup__work__cpu_DOT_max="300000 100000",
    )
    assert found == 3


def test_a_container_sees_its_own_group_at_the_top(machine):
    found = machine(
        proc__self__cgroup="0::/../../elsewhere\n",
        sys__fs__cgroup__cpu_DOT_max="400000 100000",
    )
    assert found == 4


def test_the_older_control_groups_count(machine):
    found = machine(
        proc__self__cgroup="5:memory:/x\n4:cpu,cpuacct:/docker/1\n",
        **{
            "sys__fs__cgroup__cpu,cpuacct__docker__1__cpu_DOT_cfs_quota_us": "250000\n",
            "sys__fs__cgroup__cpu,cpuacct__docker__1__cpu_DOT_cfs_period_us": "100000\n",
        },
    )
    assert found == 3


def test_no_quota_in_the_older_control_groups_is_none(machine):
    found = machine(
        proc__self__cgroup="4:cpu:/\n",
        sys__fs__cgroup__cpu__cpu_DOT_cfs_quota_us="-1\n",
        sys__fs__cgroup__cpu__cpu_DOT_cfs_period_us="100000\n",
    )
    assert found == 8


def test_this_machine_has_at_least_one_core_and_no_more_than_there_are():
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)
