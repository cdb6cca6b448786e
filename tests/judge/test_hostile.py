"""Every submission in `tests/hostile`, judged in every tier that the machine offers.

All of a tier's are handed in at once, to two jobs, and each test looks at one outcome. What the
`process` tier cannot contain is marked `weak: process=never` in the fixture and shows as skipped,
with the reason: it must not run there.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import time
from collections import Counter
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import hostile_support
import numpy as np
import pytest
import torch
from hostile_support import ANY, NEVER, Hostile

from quizapp.domain.outcomes import Outcome, Tier, Verdict
from quizapp.judge import spares
from quizapp.judge.client import Judge

FIXTURES = {fixture.name: fixture for fixture in hostile_support.read_all()}
HONEST = {fixture.name: fixture for fixture in hostile_support.read_honest()}
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_LOADING = (Verdict.MISSING, Verdict.SYNTAX, Verdict.UNREADABLE)
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")


def _cases() -> list:
    cases = [(tier, name) for tier in Tier for name in FIXTURES]
    return [
        pytest.param(
            tier, name, id=f"{tier}-{name}", marks=pytest.mark.xdist_group(f"hostile-{tier}")
        )
        for tier, name in cases
    ]


TIERS = [
    pytest.param(tier, id=str(tier), marks=pytest.mark.xdist_group(f"hostile-{tier}"))
    for tier in Tier
]


@dataclass
class Class:
    """All submissions of one tier, handed in, and how the machine looked before."""

    judge: Judge
    server: int | None
    course: str
    host: dict[str, str]
    outcomes: dict[str, Future[Outcome]] = field(default_factory=dict)


@pytest.fixture(scope="session")
def handed_in(request, judges, course):
    """The class of a tier; handed in when first asked for."""
    classes: dict[Tier, Class] = {}

    def class_of(tier: Tier) -> Class:
        if tier not in classes:
            judge = judges(tier)
            made = classes[tier] = Class(
                judge,
                judge.pid,
                _fingerprint(course),
                _host(),
            )
            for name in _wanted(request.session.items, tier):
                fixture = FIXTURES[name]
                made.outcomes[name] = judge.judge(
                    hostile_support.exercise_of(fixture, course), fixture.source, filename=name
                )
        return classes[tier]

    return class_of


def _wanted(items, tier: Tier) -> list[str]:
    """Names of the fixtures that this run looks at in a tier and that may be run there."""
    asked = [item.callspec.params for item in items if hasattr(item, "callspec")]
    names = [each["name"] for each in asked if each.get("tier") is tier and "name" in each]
    return [name for name in names if FIXTURES[name].verdict_in(tier) != NEVER]


@pytest.mark.parametrize(("tier", "name"), _cases())
def test_submission_gets_its_verdict(tier: Tier, name: str, offered, handed_in):
    fixture = FIXTURES[name]
    if tier not in offered:
        pytest.skip(f"this machine does not offer {tier}")
    expected = fixture.verdict_in(tier)
    if expected == NEVER:
        pytest.skip(f"not run in tier {tier}: {fixture.why(tier)}")
    outcome = handed_in(tier).outcomes[name].result(100)
    said = hostile_support.all_said(outcome)
    assert expected in (outcome.verdict, ANY), said
    assert outcome.isolation is tier
    if expected == fixture.expect:
        for text in fixture.says:
            assert text in said
    assert not _UNSHOWABLE.search(said)
    _assert_fair(outcome)


def _assert_fair(outcome: Outcome) -> None:
    """No points without passing; what is said about the file is said once."""
    for check in outcome.checks:
        assert check.points == (check.max_points if check.verdict is Verdict.PASSED else 0)
        assert check.message or check.verdict in (Verdict.PASSED, Verdict.SKIPPED)
        assert len(check.message) < 20_000
    if outcome.verdict in _LOADING:
        assert [check.id for check in outcome.checks if check.verdict is not Verdict.SKIPPED] == [
            "load"
        ]
    assert outcome.passed == (outcome.score == outcome.max_score)


@pytest.mark.parametrize("tier", TIERS)
def test_all_leave_the_machine_as_it_was(tier: Tier, offered, handed_in, course, iou):
    if tier not in offered:
        pytest.skip(f"this machine does not offer {tier}")
    those = handed_in(tier)
    for future in those.outcomes.values():
        future.exception(100)
    assert those.judge.pid == those.server
    assert set(_below_zygotes(those.server, tier).values()) <= {spares.MOST}
    assert not _orphans()
    assert not _left_behind()
    assert _fingerprint(course) == those.course
    assert _host() == those.host
    assert those.judge.judge(iou, iou.solution.encode()).result(60).passed


@pytest.mark.parametrize("name", HONEST)
@pytest.mark.xdist_group("hostile-honest")
def test_honest_code_in_an_odd_style_passes(name: str, offered, judges, course):
    fixture = HONEST[name]
    exercise = hostile_support.exercise_of(fixture, course)
    outcome = judges(offered[0]).judge(exercise, fixture.source, filename=name).result(100)
    assert outcome.passed, hostile_support.all_said(outcome)


@pytest.mark.parametrize("tier", TIERS[:2])
def test_nothing_is_kept_for_the_next_run(tier: Tier, offered, judges, iou):
    if tier not in offered:
        pytest.skip(f"this machine does not offer {tier}")
    fixture = FIXTURES["27_leaves_answers_in_tmp.py"]
    verdicts = [judges(tier).judge(iou, fixture.source).result(60).verdict for _ in range(3)]
    assert set(verdicts) == {fixture.verdict_in(tier)}


def test_each_case_of_the_list_has_a_submission():
    cases = {int(name[:2]) for name in FIXTURES}
    assert cases >= {*range(1, 50), *range(55, 60)}


def test_submissions_in_bytes_are_all_there():
    assert set(hostile_support.OF_BYTES) <= set(FIXTURES)


def test_only_the_weakest_tier_is_spared_anything():
    spared = {tier for each in FIXTURES.values() for tier in Tier if each.verdict_in(tier) == NEVER}
    assert spared == {Tier.PROCESS}


def _below_zygotes(server: int | None, tier: Tier) -> Counter[int]:
    """How many processes each zygote has, once it has had time to clear away what is over.

    Those are the ones that wait for a task. The server's child is the nursery, and its children are
    the zygotes; one in a namespace of its own has a process outside of it, too.
    """
    steps = 3 if tier is Tier.NAMESPACES else 2
    deadline = time.monotonic() + 30
    while True:
        time.sleep(0.2)  # a zygote that is left in peace has all of its own again
        parents = _parents()
        wave = {server}
        for _ in range(steps):
            wave = {pid for pid, parent in parents.items() if parent in wave}
        found = Counter(parent for parent in parents.values() if parent in wave)
        if set(found.values()) <= {spares.MOST} or time.monotonic() > deadline:
            return found


def _orphans() -> list[int]:
    """Processes of submissions that have lost their parents."""
    return [pid for pid, parent in _parents().items() if parent == 1 and _is_of_submission(pid)]


def _is_of_submission(pid: int) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return b"sleep\x0020.25" in command or b"hostile" in command


def _parents() -> dict[int, int]:
    found: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue
            found[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    return found


def _left_behind() -> list[str]:
    """Files of submissions: all of them give theirs a name that begins with `hostile-`."""
    folders = (Path("/tmp"), Path("/dev/shm"), Path("/"), Path.home(), Path.cwd())
    return [str(path) for folder in folders for path in folder.glob("hostile-*")]


def _host() -> dict[str, str]:
    """What outlives a process besides files: queues, mounts, and attributes of what it may read.

    The time of the last change of an inode tells of flags, owners, links and contents alike.
    """
    libraries = (Path(torch.__file__), Path(np.__file__), Path(os.__file__))
    found = {str(path): str(path.stat().st_ctime_ns) for path in libraries}
    for path in ("/proc/sysvipc/msg", "/proc/sysvipc/sem", "/proc/sysvipc/shm"):
        with suppress(OSError):
            found[path] = str(len(Path(path).read_text().splitlines()))
    found["mounts"] = Path("/proc/self/mountinfo").read_text()
    return found


def _fingerprint(course: Path) -> str:
    """A hash of every file of the course."""
    hashed = hashlib.sha256()
    for path in sorted(course.rglob("*")):
        hashed.update(str(path.relative_to(course)).encode())
        if path.is_file():
            hashed.update(path.read_bytes())
    return hashed.hexdigest()


def test_a_fixture_that_does_not_say_what_it_expects_is_an_error():
    with pytest.raises(ValueError, match="does not say"):
        hostile_support._header("x.py", "import os\n")


def test_a_header_is_read_with_all_its_parts():
    text = (
        "# expect: failed\n# says: a, b\n# weak: process=never, why, indeed\n# limits: cpu_s=0.5\n"
    )
    read = Hostile("x.py", b"", **hostile_support._header("x.py", text))
    assert read.verdict_in(Tier.PROCESS) == NEVER
    assert read.why(Tier.PROCESS) == "why, indeed"
    assert (read.says, read.limits) == (("a, b",), {"cpu_s": 0.5})


def test_the_table_counts_every_submission_once_in_each_tier():
    rows = [line.split(" | ") for line in hostile_support.counted().splitlines()[2:]]
    columns = zip(*(row[1:] for row in rows), strict=True)
    for column in columns:
        assert sum(int(cell.strip(" |").replace(",", "")) for cell in column) == len(FIXTURES)
