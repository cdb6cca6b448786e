"""Which tier this machine offers: each is tried for real, in a child. Owns the trial.

Why a tier is refused, and what to do about it, is told by `refusals`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress

from quizapp.domain.outcomes import Tier
from quizapp.judge import isolation, linux, refusals
from quizapp.judge.isolation import Means
from quizapp.judge.protocol import Isolation

OWN_ROOT = "a file tree of its own"
_ATTEMPTS = (Means(Tier.NAMESPACES, own_root=True), Means(Tier.NAMESPACES), Means(Tier.LANDLOCK))


def probe() -> Isolation:
    """The strongest tier that works here.

    `QUIZAPP_ISOLATION` names the strongest tier to use; for tests and for comparing tiers.
    Needs a process with one thread.
    """
    wanted = os.environ.get("QUIZAPP_ISOLATION", "")
    tiers = list(Tier)
    strongest = tiers.index(Tier(wanted)) if wanted in set(Tier) else 0
    reasons: dict[Tier, str] = {}
    lacking: tuple[str, ...] = ()
    for means in _ATTEMPTS:
        if tiers.index(means.tier) < strongest:
            reasons[means.tier] = f"not tried; QUIZAPP_ISOLATION is set to {wanted}"
            continue
        refusal = _try(means)
        if refusal is None:
            reasons.pop(means.tier, None)
            return _found(means, reasons, lacking if means.tier is Tier.NAMESPACES else ())
        if means.own_root:
            lacking = (f"names of the host's files can be seen ({refusal.strerror})",)
        reasons[means.tier] = refusals.explain(means.tier, refusal)
    return _found(Means(Tier.PROCESS), reasons, ())


def means_of(found: Isolation) -> Means:
    """What zygotes are to step into, after a probe."""
    return Means(found.tier, OWN_ROOT in found.details)


def _found(means: Means, reasons: dict[Tier, str], lacking: tuple[str, ...]) -> Isolation:
    told = tuple(f"{tier}: {reason}" for tier, reason in reasons.items())
    return Isolation(means.tier, told, (*_details(means), *lacking))


def _details(means: Means) -> tuple[str, ...]:
    if means.tier is Tier.PROCESS:
        return ("rlimits",)
    layers = (f"Landlock ABI {linux.landlock_abi()}", "seccomp", "no capabilities", "rlimits")
    if means.tier is Tier.LANDLOCK:
        return layers
    root = (OWN_ROOT,) if means.own_root else ()
    return ("user, pid, net, ipc and mount namespaces", *root, "private tmpfs", *layers)


def _try(means: Means) -> OSError | None:
    """None when a child could step into all of it, else what refused."""
    if sys.platform != "linux":
        return OSError(0, f"not to be had on {sys.platform}")

    def step_in() -> None:
        if means.tier is Tier.NAMESPACES:
            isolation.enter_namespaces()
        refusal = _in_child(lambda: _confine(means))
        if refusal:
            raise refusal

    return _in_child(step_in)


def _confine(means: Means) -> None:
    shell = isolation.prepare(means)
    refusal = _in_child(lambda: isolation.confine(shell.for_run(device=False)))
    if refusal:
        raise refusal


def _in_child(action: Callable[[], None]) -> OSError | None:
    """Run `action` in a forked child: None when it went well, else its error."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        said: tuple[int, str] | None = None
        try:
            os.close(reading)
            action()
        except OSError as error:
            said = (error.errno or 0, (error.strerror or str(error))[:500])
        except BaseException as error:
            said = (0, f"{type(error).__name__}: {error}"[:500])
        with suppress(BaseException):
            os.write(writing, json.dumps(said).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read()
    _, status = os.waitpid(pid, 0)
    if status or not text:
        return OSError(0, f"the trial ended with wait status {status}")
    said = json.loads(text)
    return OSError(*said) if said else None
