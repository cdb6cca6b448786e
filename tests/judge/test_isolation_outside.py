"""Isolation for who has no rights, and where something is forbidden to the judge itself.

A plain user gets the same tiers as root. A tier that is refused is named, with its cause; one that
was promised is never replaced by a weaker one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from quizapp.domain.outcomes import Tier
from quizapp.judge import isolation, libraries, linux, probing

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="Linux has these tiers"),
    pytest.mark.xdist_group("judge-isolation"),
]
PROGRAM = Path(__file__).parent / "isolation_programs.py"
PLAIN_USER = 65534
REFUSED = ("EPERM", "EACCES")
EVERYWHERE = {"nothing": "2", "a tensor": "3.0", "240 threads": "240", "a training": "1"}
NO_DOOR = "the interpreter is closed to other users, and mounting it elsewhere is refused: {}"


def _run(what: str, **how) -> dict:
    command = [sys.executable, str(PROGRAM), what]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("QUIZAPP_ISOLATION", None)
    said = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, **how
    )
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


@pytest.fixture(scope="module")
def lost() -> dict:
    """What is found in each situation."""
    return _run("lost")


@pytest.fixture(scope="module")
def as_plain_user() -> dict:
    """What comes of each attempt for a user without rights; root is who runs CI's other tests."""
    if os.getuid() != 0:
        pytest.skip("only root can become another user; these tests run as a plain one already")
    closed = _closed_folders()
    refusal = _in_fork(lambda: _open_doors(closed))
    if refusal:
        pytest.skip(NO_DOOR.format(refusal))

    def become_plain() -> None:
        _open_doors(closed)
        os.setgroups([])
        os.setresgid(PLAIN_USER, PLAIN_USER, PLAIN_USER)
        os.setresuid(PLAIN_USER, PLAIN_USER, PLAIN_USER)

    return _run("tiers", preexec_fn=become_plain)


def _closed_folders() -> list[Path]:
    """Folders that hide the interpreter or the repository from other users, outermost ones."""
    wanted = (sys.base_prefix, sys.prefix, str(PROGRAM), libraries.PRIVATE)
    found = []
    for path in map(Path, wanted):
        above = [folder for folder in reversed(path.parents) if not folder.stat().st_mode & 0o001]
        found += above[:1]
    return sorted(set(found))


def _open_doors(closed: list[Path]) -> None:
    """Show what is needed below closed folders in a mount namespace of this process."""
    if not closed:
        return
    linux.unshare(linux.CLONE_NEWNS)
    linux.keep_mounts_private()
    for folder in closed:
        wanted = {Path(path) for path in (sys.base_prefix, sys.prefix, libraries.PRIVATE.parent)}
        inside = [path for path in wanted if path.is_relative_to(folder)]
        held = {path: os.open(path, os.O_PATH) for path in inside}
        linux.mount_tmpfs(str(folder), "mode=0755")
        for path, descriptor in held.items():
            path.mkdir(parents=True, exist_ok=True)
            linux.bind(f"/proc/self/fd/{descriptor}", str(path))
            os.close(descriptor)


def _in_fork(action) -> str:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            action()
        except OSError as error:
            os.write(writing, str(error).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    return said


@pytest.fixture
def told(as_plain_user, offered):
    """What comes of each attempt in a tier."""

    def of(tier: str) -> dict:
        if Tier(tier.partition("+")[0]) not in offered:
            pytest.skip(f"this machine does not offer {tier}")
        return as_plain_user[tier]

    return of


@pytest.mark.parametrize("tier", ["namespaces+root", "landlock", "process"])
def test_what_honest_code_does_works_for_a_plain_user(told, tier):
    assert {name: told(tier)[name] for name in EVERYWHERE} == EVERYWHERE


@pytest.mark.parametrize("tier", ["namespaces+root", "landlock", "process"])
def test_too_many_threads_are_refused_to_a_plain_user(told, tier):
    assert told(tier)["400 threads"] in ("can't start new thread", "thread_limit")


@pytest.mark.parametrize("tier", ["namespaces+root", "landlock"])
@pytest.mark.parametrize("what", ["a socket", "a fork", "a signal to its parent"])
def test_reaching_outside_is_refused_to_a_plain_user(told, tier, what):
    assert told(tier)[what] in REFUSED


def test_no_name_of_the_host_is_there_for_a_plain_user(told):
    found = told("namespaces+root")
    assert (found["a name of the host"], found["the password file"]) == ("False", "ENOENT")
    assert found["its folder"] == "None"


def test_landlock_hides_what_is_in_files_but_not_their_names(told):
    found = told("landlock")
    assert (found["a name of the host"], found["the password file"]) == ("True", "EACCES")
    assert found["its folder"] in REFUSED


def test_the_plain_user_is_one(as_plain_user):
    assert as_plain_user["user"] == PLAIN_USER


CAUSES = {
    "no user namespaces": (Tier.LANDLOCK, "user.max_user_namespaces is 0: set it to"),
    "unshare forbidden": (Tier.LANDLOCK, "seccomp profile that permits unshare"),
    "mount forbidden": (Tier.LANDLOCK, "seccomp profile that permits unshare, mount"),
    "inside Landlock": (Tier.LANDLOCK, "run the judge outside of it"),
    "inside 16 times Landlock": (Tier.PROCESS, "run the judge in fewer"),
    "no Landlock in the kernel": (Tier.PROCESS, "permits landlock_create_ruleset"),
    "Landlock switched off": (Tier.PROCESS, "boot with lsm=landlock"),
}


@pytest.mark.parametrize("situation", CAUSES)
def test_a_tier_that_is_refused_is_named_with_its_cause(lost, situation, offered):
    if offered[0] is not Tier.NAMESPACES:
        pytest.skip(f"this machine offers {offered[0]} at most, whatever else is forbidden")
    tier, words = CAUSES[situation]
    found = lost[situation]
    assert found["tier"] == tier, found
    assert words in found["reasons"][-1]
    stronger = [str(each) for each in list(Tier)[: list(Tier).index(tier)]]
    assert [reason.split(":")[0] for reason in found["reasons"]] == stronger


def test_without_pivot_root_the_tier_is_kept_and_what_it_lacks_is_told(lost, offered):
    if Tier.NAMESPACES not in offered:
        pytest.skip("this machine does not offer namespaces")
    found = lost["pivot_root forbidden"]
    assert (found["tier"], found["reasons"]) == (Tier.NAMESPACES, [])
    assert probing.OWN_ROOT not in found["details"]
    lacking = "names of the host's files can be seen (pivot_root: Operation not permitted)"
    assert lacking in found["details"]


def test_the_doctor_names_what_forbids_each_tier_and_what_to_do(lost):
    (found,) = [each for each in lost["doctor"]["findings"] if each["name"] == "isolation"]
    assert (found["state"], found["what"]) == ("weak", "process: rlimits")
    assert "permits unshare, mount" in found["details"][0]
    assert "permits landlock_create_ruleset" in found["details"][1]
    assert "to grade a class" in found["remedy"]


def test_a_tier_that_was_promised_is_never_replaced_by_a_weaker_one(lost):
    assert len(lost["promised more"]) == 2
    for said in lost["promised more"]:
        assert said.startswith("grader_error '' the sandbox is not what it has to be: namespaces:")
        assert "unshare: Operation not permitted" in said


@pytest.mark.parametrize("means", [isolation.Means(tier) for tier in Tier], ids=str)
def test_means_survive_a_command_line(means):
    assert isolation.Means.parse(str(means)) == means


def test_means_with_an_own_root_survive_a_command_line():
    means = isolation.Means(Tier.NAMESPACES, own_root=True)
    assert isolation.Means.parse(str(means)) == means
