"""What a submission may read, the tree that is made of it, and what a real accelerator adds."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from quizapp.domain.exercises import Limits
from quizapp.domain.outcomes import Snippet, Tier
from quizapp.judge import devices, isolation, libraries, private_root, probing, refusals

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="Linux has these tiers"),
    pytest.mark.xdist_group("judge-isolation"),
]
WAIT_S = 60


@pytest.fixture
def inside(offered, judges):
    """Runs an expression in the strongest tier; skips where that has no tree of its own."""
    if Tier.NAMESPACES not in offered:
        pytest.skip("this machine does not offer namespaces")
    judge = judges(Tier.NAMESPACES)
    if probing.OWN_ROOT not in judge.isolation.details:
        pytest.skip("no file tree of its own can be made here")

    def run(expression: str) -> str:
        result = judge.run(Snippet("import os, sys, glob", expression)).result(WAIT_S)
        assert not result.error, result.error
        return result.value

    return run


HOST = ["/etc/passwd", "/etc/hostname", "/proc", "/proc/self", "/sys", "/home", "/root/.ssh"]
HOST += ["/usr/bin/python3", "/bin/sh", "/var/log", "/run", "/boot", "/dev/kmsg", "/dev/tty"]
HOST += [str(libraries.PRIVATE), str(libraries.PRIVATE.parent / "course.yaml")]


@pytest.mark.parametrize(
    "path", [*HOST, str(libraries.PRIVATE), str(libraries.PRIVATE.parent / "course.yaml")]
)
def test_a_file_of_the_host_is_not_even_there(inside, path):
    ways = (
        "os.path.exists({0}), os.path.lexists({0}), os.access({0}, os.F_OK), glob.glob({0} + '*')"
    )
    assert inside(ways.format(repr(path))) == "(False, False, False, [])"


def test_the_ways_to_libraries_lead_there_still(inside):
    paths = [path for path in libraries.wanted() if not path.startswith("/tmp")]
    assert inside(f"[path for path in {paths!r} if not os.path.exists(path)]") == "[]"


def test_honest_code_imports_what_it_did_not_import_before(inside):
    names = ("torch.distributions", "sqlite3", "decimal", "xml.etree.ElementTree", "ctypes.util")
    assert inside(f"len([__import__(name) for name in {names!r}])") == str(len(names))


def test_null_zero_and_random_devices_work(inside):
    code = (
        "open('/dev/null', 'w').write('x'), open('/dev/zero', 'rb').read(2), "
        "len(open('/dev/urandom', 'rb').read(3)), len(os.urandom(4))"
    )
    assert inside(code) == r"(1, b'\x00\x00', 3, 4)"


def test_temporary_files_work_and_nothing_else_is_in_their_folder(inside):
    write = "__import__('tempfile').NamedTemporaryFile('w').write('abc'), os.listdir(os.getcwd())"
    assert inside(write).startswith("(3, [")
    assert inside("os.listdir(os.getcwd())") == "[]"


def _in_fork(action) -> str:
    """What `action` returns, from a child in namespaces of its own."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            isolation.enter_namespaces()
            said = str(action())
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    return said


@pytest.fixture
def tree(offered, tmp_path):
    """Makes a tree of a few places and tells what an expression says in there."""
    if Tier.NAMESPACES not in offered:
        pytest.skip("this machine does not offer namespaces")

    def make(places: list[Path], hidden: Path, look) -> str:
        def step_in() -> object:
            isolation.linux.keep_mounts_private()
            private_root.make(map(str, places), hidden, "/mnt")
            return look()

        return _in_fork(step_in)

    return make


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_tree_holds_what_it_is_given_and_nothing_beside_it(tree, tmp_path):
    (tmp_path / "given").mkdir()
    (tmp_path / "given/file").write_text("yes")
    (tmp_path / "beside").write_text("no")

    def look() -> object:
        return _names(tmp_path), (tmp_path / "given/file").read_text()

    assert tree([tmp_path / "given"], Path("/nowhere"), look) == "(['given'], 'yes')"


def test_a_hidden_folder_in_a_given_one_is_empty(tree, tmp_path):
    (tmp_path / "site/quizapp").mkdir(parents=True)
    (tmp_path / "site/quizapp/secret").write_text("no")
    (tmp_path / "site/other").write_text("yes")

    def look() -> object:
        return _names(tmp_path / "site"), _names(tmp_path / "site/quizapp")

    said = tree([tmp_path / "site"], tmp_path / "site/quizapp", look)
    assert said == "(['other', 'quizapp'], [])"


def test_links_on_the_way_are_kept(tree, tmp_path):
    (tmp_path / "real/lib").mkdir(parents=True)
    (tmp_path / "real/lib/file").write_text("yes")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "again").symlink_to(tmp_path / "link/../link")
    read = (tmp_path / "again/lib/file").read_text
    assert tree([tmp_path / "again/lib"], Path("/nowhere"), read) == "yes"


def test_a_tree_cannot_be_written_to(tree, tmp_path):
    (tmp_path / "given").mkdir()

    def look() -> list[str]:
        told = []
        for path in (tmp_path / "given/x", tmp_path / "x", Path("/x")):
            try:
                path.write_text("x")
            except OSError as error:
                told.append(errno.errorcode[error.errno or 0])
        return told

    assert tree([tmp_path / "given"], Path("/nowhere"), look) == "['EROFS', 'EROFS', 'EROFS']"


@pytest.fixture
def machine(tmp_path):
    """The device files of a machine with two cards, as far as names go."""
    names = ("dev/nvidia0", "dev/nvidia1", "dev/nvidiactl", "dev/nvidia-uvm", "dev/null", "dev/sda")
    for name in (*names, "proc/driver/nvidia/params", "proc/cpuinfo", "etc/passwd"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def test_an_accelerator_gets_its_device_files_and_no_other(machine):
    needs = devices.needs("13.0", machine)
    assert set(needs.devices) == {
        *("/dev/nvidia0", "/dev/nvidia1", "/dev/nvidiactl", "/dev/nvidia-uvm")
    }
    assert set(needs.readable) == {"/proc/driver/nvidia", "/proc/cpuinfo"}
    assert set(needs.places()) == {*needs.devices, "/proc"}


def test_a_build_without_cuda_gets_no_device(machine):
    assert devices.needs(None, machine) is None


def test_a_machine_without_a_card_needs_nothing(machine):
    for name in ("nvidia0", "nvidia1"):
        (machine / "dev" / name).unlink()
    assert devices.needs("13.0", machine) is None


def _limits_of(shell: isolation.Shell) -> str:
    def look() -> str:
        import resource

        isolation.limit_memory(shell, Limits(memory_mb=100))
        free = resource.RLIM_INFINITY
        names = ("RLIMIT_AS", "RLIMIT_DATA")
        return str([resource.getrlimit(getattr(resource, name))[0] != free for name in names])

    return _in_fork(look)


def test_only_a_task_on_a_real_device_is_limited_in_data_and_not_in_addresses(machine, offered):
    if Tier.NAMESPACES not in offered:
        pytest.skip("this machine does not offer namespaces")
    needs = devices.needs("13.0", machine)
    shell = isolation.Shell(isolation.Means(Tier.LANDLOCK), needs=needs)
    assert _limits_of(shell.for_run(device=False)) == "[True, False]"
    assert _limits_of(shell.for_run(device=True)) == "[False, True]"


SYSCTLS = {
    "user/max_net_namespaces": ("0", "user.max_net_namespaces is 0"),
    "kernel/unprivileged_userns_clone": ("0", "kernel.unprivileged_userns_clone=1"),
    "kernel/apparmor_restrict_unprivileged_userns": ("1", "with the rule `userns,`"),
}


@pytest.mark.parametrize("name", SYSCTLS)
def test_a_sysctl_that_forbids_namespaces_is_named(name, tmp_path, monkeypatch):
    value, words = SYSCTLS[name]
    file = tmp_path / "proc/sys" / name
    file.parent.mkdir(parents=True)
    file.write_text(f"{value}\n")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    refusal = PermissionError(errno.EPERM, "unshare: Operation not permitted")
    assert words in refusals.explain(Tier.NAMESPACES, refusal, tmp_path)
    file.write_text("1\n" if value == "0" else "0\n")
    assert words not in refusals.explain(Tier.NAMESPACES, refusal, tmp_path)


def test_a_refusal_without_a_mark_still_says_what_to_do(tmp_path):
    refusal = PermissionError(errno.EPERM, "unshare: Operation not permitted")
    said = refusals.explain(Tier.NAMESPACES, refusal, tmp_path)
    assert said.startswith("unshare: Operation not permitted; allow unprivileged user namespaces")


def test_modules_that_are_on_are_kept_in_the_words_about_landlock(tmp_path):
    file = tmp_path / "sys/kernel/security/lsm"
    file.parent.mkdir(parents=True)
    file.write_text("capability,yama,apparmor")
    refusal = OSError(errno.EOPNOTSUPP, "landlock_create_ruleset: Operation not supported")
    said = refusals.explain(Tier.LANDLOCK, refusal, tmp_path)
    assert "boot with lsm=landlock,capability,yama,apparmor" in said
