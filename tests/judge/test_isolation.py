"""What each tier refuses, tried from inside by code that reports what it could do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from quizapp.domain.outcomes import Snippet, Tier
from quizapp.judge import isolation, libraries, probing
from quizapp.judge.client import Judge

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="Linux has these tiers"),
    pytest.mark.xdist_group("judge-isolation"),
]
WAIT_S = 60
REPOSITORY = Path(__file__).parents[2]
ATTEMPT = """
def attempt(action):
    try:
        action()
    except OSError as error:
        import errno

        return errno.errorcode[error.errno]
    return "done"


def call(name, *arguments):
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), name)
"""
REFUSED = {"'EPERM'", "'EACCES'", "'ENOSYS'"}
"""By seccomp, by Landlock, as a system call that does not exist."""
HIDDEN = {*REFUSED, "'ENOENT'", "'EROFS'"}
"""By a file tree of its own, too."""
CONFINED = (Tier.NAMESPACES, Tier.LANDLOCK)

READS = {
    "the password file": "open('/etc/passwd').read()",
    "the course": f"open({str(REPOSITORY / 'course.yaml')!r}).read()",
    "a reference": f"open({str(REPOSITORY / 'solutions/detection/iou.py')!r}).read()",
    "quizapp itself": f"open({str(REPOSITORY / 'quizapp/judge/compare.py')!r}).read()",
    "the list of processes": "__import__('os').listdir('/proc')",
    "its own memory": "open('/proc/self/mem', 'rb').read(0)",
    "the memory of its parent": "open(f'/proc/{__import__(\"os\").getppid()}/mem', 'rb').read(0)",
    "a device": "open('/dev/kmsg').read(1)",
    "the root folder": "__import__('os').listdir('/')",
    "the home folder": f"__import__('os').listdir({str(Path.home())!r})",
}
ACTIONS = {
    "a life without its parent": "call('prctl', 1, 0, 0, 0, 0)",
    "a look into it by its equals": "call('prctl', 4, 1, 0, 0, 0)",
    "a socket": "__import__('socket').socket()",
    "a UNIX socket": "__import__('socket').socket(__import__('socket').AF_UNIX)",
    "a pair of datagram sockets": "__import__('socket').socketpair(type=2)",
    "a fork": "__import__('os').fork()",
    "another program": "__import__('os').execv('/bin/true', ['true'])",
    "a subprocess": "__import__('subprocess').run(['/bin/true'])",
    "a signal to its parent": "__import__('os').kill(__import__('os').getppid(), 0)",
    "a signal to a neighbour that waits": "__import__('os').kill(__import__('os').getpid() + 1, 0)",
    "a look into a neighbour": "call('ptrace', 16, __import__('os').getpid() + 1, 0, 0)",
    "a signal to all": "__import__('os').kill(-1, 0)",
    "a signal to its group": "__import__('os').killpg(0, 0)",
    "the flags of a library": (
        "__import__('fcntl').ioctl(open(torch.__file__), 0x40086602, bytes(8))"
    ),
    "the attributes of a library": (
        "__import__('fcntl').ioctl(open(torch.__file__), 0x401C5820, bytes(28))"
    ),
    "a lease on a library": "__import__('fcntl').fcntl(open(torch.__file__), 1024, 0)",
    "news of a folder": (
        "__import__('fcntl').fcntl(__import__('os').open('/usr/lib', 0), 1026, 1)"
    ),
    "a message of others": "call('msgrcv', 0, bytes(64), 8, 0, 0o4000)",
    "the end of others' queue": "call('msgctl', 0, 0, None)",
    "the end of others' semaphores": "call('semctl', 0, 0, 0)",
    "the end of others' POSIX queue": "call('mq_unlink', b'/hostile-x')",
    "a note in the page cache": (
        "__import__('os').posix_fadvise(open(torch.__file__).fileno(), 0, 0, 4)"
    ),
    "a look into the page cache": (
        "__import__('os').preadv(open(torch.__file__).fileno(), [bytearray(1)], 0, 8)"
    ),
    "out-of-band data": "__import__('socket').socketpair()[0].send(b'x', 1)",
    "a call of the future": "call('syscall', 470)",
    "a signal by way of a descriptor": "__import__('fcntl').fcntl(1, 8, 1)",
    "a watch on a folder": "call('inotify_init1', 0)",
    "a file in memory": "__import__('os').memfd_create('x')",
    "higher priority": "__import__('os').nice(-1)",
    "another root": "__import__('os').chroot('/usr')",
    "the mode of a library": "__import__('os').chmod(torch.__file__, 0o666)",
    "the times of a library": "__import__('os').utime(torch.__file__)",
    "the name of the host": "__import__('socket').sethostname('x')",
}
WRITES = {
    "a library": "open(torch.__file__, 'a')",
    "the folder of libraries": (
        "open(__import__('os').path.join(__import__('os').path.dirname(torch.__file__), 'x'), 'w')"
    ),
    "the root folder": "open('/hostile-x', 'w')",
    "shared memory": "open('/dev/shm/hostile-x', 'w')",
    "the repository": f"open({str(REPOSITORY / 'hostile-x')!r}, 'w')",
    "the removal of a library": "__import__('os').unlink(torch.__file__)",
    "a link out of the libraries": "__import__('os').link(torch.__file__, '/hostile-x')",
    "a folder": "__import__('os').mkdir('/hostile-x')",
}


@pytest.fixture(params=CONFINED, ids=str)
def confined(request, offered, judges):
    """The judge of each tier that shuts code in."""
    if request.param not in offered:
        pytest.skip(f"this machine does not offer {request.param}")
    return judges(request.param)


def _what_comes_of(judge: Judge, action: str) -> str:
    result = judge.run(Snippet(ATTEMPT, f"attempt(lambda: {action})")).result(WAIT_S)
    assert not result.error, result.error
    return result.value


def _no_way_to_files(judge: Judge) -> set[str]:
    return HIDDEN if probing.OWN_ROOT in judge.isolation.details else REFUSED


@pytest.mark.parametrize("what", READS)
def test_reading_is_refused(confined, what):
    assert _what_comes_of(confined, READS[what]) in _no_way_to_files(confined)


@pytest.mark.parametrize("what", ACTIONS)
def test_doing_is_refused(confined, what):
    assert _what_comes_of(confined, ACTIONS[what]) in REFUSED


ALLOWED = {
    "a descriptor's copy": "__import__('os').dup(1) > 0",
    "locks on files": "__import__('fcntl').lockf(0, __import__('fcntl').LOCK_SH) is None",
    "a look for a terminal": "__import__('os').isatty(1) is False",
    "its size": "__import__('shutil').get_terminal_size().columns > 0",
    "a stream": "[a.send(b'x') + len(b.recv(1)) for a, b in [__import__('socket').socketpair()]]",
    "an event loop": "__import__('asyncio').run(__import__('asyncio').sleep(0, 1))",
    "a database": "__import__('sqlite3').connect(':memory:').execute('select 1').fetchone()",
    "threads": "[t.start() or t.join() for t in [__import__('threading').Thread(target=int)]]",
    "a memory map": "len(__import__('mmap').mmap(-1, 4096))",
    "processors": "__import__('os').cpu_count() > 0",
    "a loader": "len(list(torch.utils.data.DataLoader(torch.zeros(4, 2), batch_size=2)))",
}


@pytest.mark.parametrize("what", ALLOWED)
def test_what_honest_code_does_is_allowed(confined, what):
    assert _what_comes_of(confined, ALLOWED[what]) == "'done'"


@pytest.mark.parametrize("what", WRITES)
def test_writing_is_refused(confined, what):
    assert _what_comes_of(confined, WRITES[what]) in _no_way_to_files(confined)


def test_a_file_in_the_private_folder_is_gone_in_the_next_run(offered, judges):
    if Tier.NAMESPACES not in offered:
        pytest.skip("this machine does not offer namespaces")
    judge = judges(Tier.NAMESPACES)
    write = "open('hostile-x', 'x').write('kept')"
    assert [_what_comes_of(judge, write) for _ in range(2)] == ["'done'", "'done'"]
    assert not any(Path(folder, "hostile-x").exists() for folder in ("/tmp", "/var/tmp", "/"))


def test_the_landlock_tier_has_no_folder_to_write_in(offered, judges):
    if Tier.LANDLOCK not in offered:
        pytest.skip("this machine does not offer landlock")
    assert _what_comes_of(judges(Tier.LANDLOCK), "open('hostile-x', 'w')") in REFUSED


@pytest.fixture(params=Tier, ids=str)
def any_tier(request, offered, judges):
    """The judge of each tier."""
    if request.param not in offered:
        pytest.skip(f"this machine does not offer {request.param}")
    return judges(request.param)


def test_memory_beyond_the_limit_is_refused_in_every_tier(any_tier):
    result = any_tier.run(Snippet("x = bytearray(1 << 31)")).result(WAIT_S)
    assert result.verdict == "out_of_memory"


@pytest.mark.parametrize("task", ["", "import torch.optim\n"])
def test_nothing_of_the_environment_is_left_in_any_tier(any_tier, task):
    code = f"{task}import os, posix\nnames = sorted(os.environ), len(posix.environ)"
    known = ["HOME", "LANG", "PATH", "TMPDIR", "TORCHINDUCTOR_CACHE_DIR"]
    result = any_tier.run(Snippet(code, "names")).result(WAIT_S)
    assert result.value == str((known, len(known)))


def test_the_server_is_not_importable_in_any_tier(any_tier):
    result = any_tier.run(Snippet("import quizapp.judge.server")).result(WAIT_S)
    assert "No module named" in result.error


def test_no_descriptor_is_open_but_its_own_in_any_tier(any_tier):
    code = (
        "import os\n"
        "def is_open(number):\n"
        "    try:\n"
        "        os.fstat(number)\n"
        "    except OSError:\n"
        "        return False\n"
        "    return True\n"
    )
    result = any_tier.run(Snippet(code, "[n for n in range(128) if is_open(n)]")).result(WAIT_S)
    assert result.value == "[0, 1, 2, 3, 4]"


def test_standard_input_is_empty_in_any_tier(any_tier):
    result = any_tier.run(Snippet("import sys", "sys.stdin.read()")).result(WAIT_S)
    assert result.value == "''"


@pytest.mark.parametrize(
    ("tier", "details"),
    [
        (Tier.NAMESPACES, {"private tmpfs", "seccomp", "no capabilities", "rlimits"}),
        (Tier.LANDLOCK, {"seccomp", "no capabilities", "rlimits"}),
        (Tier.PROCESS, {"rlimits"}),
    ],
)
def test_a_tier_says_what_it_is_made_of(tier, details, offered, judges):
    if tier not in offered:
        pytest.skip(f"this machine does not offer {tier}")
    found = judges(tier).isolation
    assert found.tier is tier
    assert details <= set(found.details)
    assert any("Landlock ABI" in detail for detail in found.details) == (tier is not Tier.PROCESS)


@pytest.mark.parametrize("tier", Tier)
def test_each_stronger_tier_that_is_not_in_use_has_its_reason(tier, offered, judges):
    if tier not in offered:
        pytest.skip(f"this machine does not offer {tier}")
    reasons = judges(tier).isolation.reasons
    stronger = list(Tier)[: list(Tier).index(tier)]
    assert [reason.split(":")[0] for reason in reasons] == [str(each) for each in stronger]
    assert all("QUIZAPP_ISOLATION" in reason for reason in reasons)


PROBE = "from quizapp.judge import probing; print(probing.probe().tier)"


@pytest.mark.parametrize(("wanted", "found"), [("landlock", 1), ("process", 2), ("nonsense", 0)])
def test_the_environment_can_only_weaken_the_tier(wanted, found, offered):
    environment = {**os.environ, "QUIZAPP_ISOLATION": wanted}
    command = [sys.executable, "-c", PROBE]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    strongest = list(Tier).index(offered[0])
    assert said.stdout.strip() == list(Tier)[max(found, strongest)]


def test_a_tier_that_is_refused_is_named_with_a_remedy(monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(1, "unshare: Operation not permitted")

    monkeypatch.delenv("QUIZAPP_ISOLATION", raising=False)
    monkeypatch.setattr(isolation.linux, "unshare", refuse)
    found = probing.probe()
    assert found.tier is not Tier.NAMESPACES
    assert "unshare: Operation not permitted" in found.reasons[0]
    assert "allow unprivileged user namespaces" in found.reasons[0]


def test_without_landlock_only_limits_are_left(monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(95, "landlock_create_ruleset: Operation not supported")

    monkeypatch.delenv("QUIZAPP_ISOLATION", raising=False)
    monkeypatch.setattr(isolation.linux, "restrict_files", refuse)
    found = probing.probe()
    assert found.tier is Tier.PROCESS
    assert ["lsm=landlock" in found.reasons[1], len(found.reasons)] == [True, 2]


def test_no_library_path_leads_to_quizapp_or_its_course():
    private = REPOSITORY / "quizapp"
    for path in map(Path, libraries.paths()):
        assert path != private
        assert path not in private.parents
