"""The zygote: a process that has imported torch and nothing else, and forks one child per run.

Owns forking of zygotes and reaping of children. Neither nursery nor zygote ever sees a task: a
request carries limits and open descriptors, and the payload goes straight from the server to the
child. Leaves forking of children to `spares`, limits of time to `sandbox`, the child's work to
`child`.

The nursery takes, on a stream socket:
    server → nursery  {"means", "without": […]}          with a descriptor: the zygote's socket
A zygote, on that one, in lines, once at the start:
    zygote → server   {"refused": ""}                    or why it cannot be what it has to be
and for each run:
    server → zygote   {"limits": {…}, "training", "device"}   with descriptors: data, output, dump
    zygote → server   {"pid"}                            with a pidfd where the system has them
    zygote → server   {"status", "cpu_s", "peak_kb"}     as from wait4, once it has ended;
                      not when the next request is there by then
"""

from __future__ import annotations

import functools
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
from contextlib import suppress

from quizapp.domain.outcomes import Tier
from quizapp.judge import isolation, libraries, linux, refusals, spares
from quizapp.judge.isolation import Means, Shell

_MESSAGE_BYTES = 4096
_DESCRIPTORS = 3
_QUIET_MS = 4


def warm_torch() -> None:
    """Import torch and let it do, once, what it would otherwise do again in every child.

    One thread, set before the first operation: a fork after an OpenMP region hangs the child.
    """
    import torch

    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    import numpy as np
    import torch.utils.flop_counter
    from torch import nn
    from torch.nn import functional as F

    # Also what is needed after the file tree is left behind, where this package is out of reach.
    from quizapp.judge import accelerator, child, loaders, removal, trace  # noqa: F401

    libraries.paths()
    libraries.are_open_to_all()
    accelerator.prepare()
    child.warm()
    with trace.OpTrace():
        model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
        model.append(nn.Linear(18, 3))
        images, labels = torch.zeros(2, 1, 8, 8), torch.tensor([0, 1])
        F.cross_entropy(model(images), labels).backward()  # type: ignore[no-untyped-call]
    torch.einsum("ij,jk->ik", torch.ones(2, 2), torch.ones(2, 2)).norm().item()
    repr(torch.randn(3, generator=torch.Generator().manual_seed(0)))
    torch.from_numpy(np.zeros(3)).sum()


@functools.cache
def warm_training() -> None:
    """The same for optimizers and loaders, whose first use imports another 2 s of torch.

    Only when a task has to do with training: a zygote does it before the fork, once.
    """
    import torch

    from quizapp.judge import loaders

    loaders.work_in_this_process()
    weight = torch.nn.Parameter(torch.zeros(1))
    weight.grad = torch.zeros(1)
    for optimizer in (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW):
        step = optimizer([weight], lr=0.1)
        step.step()
        step.zero_grad()
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(torch.zeros(2, 2)), shuffle=True
    )
    list(loader)
    isolation.forget_environment()  # what torch imported has put the user's name into it
    gc.collect()
    gc.freeze()


def serve(control: socket.socket, shell: Shell) -> None:
    """Have a child serve each request until the server hangs up.

    While nothing is asked, children are made for what will be: not at once, since the proof of a
    run follows it closely and would have to wait.
    """
    isolation.forget_environment()
    gc.collect()
    gc.freeze()  # what is here now is never collected, so children do not copy those pages
    waiting, ending = spares.Spares(shell), list[spares.Spare]()
    asked = select.poll()
    asked.register(control, select.POLLIN)
    while True:
        ending = [each for each in ending if each.reap(at_once=True) is None]
        if (ending or not waiting.is_full) and not asked.poll(_QUIET_MS):
            if not waiting.is_full:
                waiting.add()
            continue
        try:
            message, descriptors, _, _ = socket.recv_fds(control, _MESSAGE_BYTES, _DESCRIPTORS)
        except ConnectionError:
            return
        if not message:
            return
        request = json.loads(message)
        if request["training"] and not warm_training.cache_info().currsize:
            waiting.drop_all()
            warm_training()
        chosen = waiting.take(device=request["device"])
        while not chosen.begin(request["limits"], descriptors):
            chosen = waiting.take(device=request["device"])
        for descriptor in descriptors:
            os.close(descriptor)
        if not _see_through(control, chosen):
            ending.append(chosen)


def _see_through(control: socket.socket, child: spares.Spare) -> bool:
    """Report a child's start and end; False when the server spoke, or hung up, before its end.

    It is killed then, if it was not, and reaped later: what torch has mapped takes 10 ms to unmap.
    """
    line = json.dumps({"pid": child.pid}).encode() + b"\n"
    with suppress(BrokenPipeError, ConnectionResetError):
        socket.send_fds(control, [line], [child.watched] if child.watched else [])
    if child.watched is not None:
        poller = select.poll()
        poller.register(child.watched, select.POLLIN)
        poller.register(control, select.POLLIN)
        ready = dict(poller.poll())
        if child.watched not in ready:
            os.kill(child.pid, signal.SIGKILL)
            return False
    _tell(control, **(child.reap() or {}))
    return True


def fork_nursery() -> tuple[socket.socket, int]:
    """Fork what zygotes come from off this process: warm, with one thread and no task data.

    Returns:
        The server's end of its control socket, and its process number; it ends once that is closed.
    """
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid:
        theirs.close()
        return ours, pid
    try:
        _keep_only(theirs.fileno())
        nurse(theirs)
    finally:
        os._exit(0)


def nurse(control: socket.socket) -> None:
    """Fork a zygote for each request; when the server hangs up, wait for them and return."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a zygote has ended
    if sys.platform == "linux":
        linux.die_with_parent(signal.SIGKILL)
    gc.collect()
    gc.freeze()
    while True:
        try:
            message, descriptors, _, _ = socket.recv_fds(control, _MESSAGE_BYTES, 1)
        except ConnectionError:
            break
        if not message:
            break
        if os.fork() == 0:
            try:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _keep_only(descriptors[0])
                request = json.loads(message)
                live(
                    socket.socket(fileno=descriptors[0]),
                    Means.parse(request["means"]),
                    tuple(request["without"]),
                )
            finally:
                os._exit(0)
        os.close(descriptors[0])
    with suppress(ChildProcessError):
        os.wait()  # returns when there is none left, since their ends are ignored


def _keep_only(descriptor: int) -> None:
    """Close what the server had open: its way to the client, and other zygotes' sockets."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def live(control: socket.socket, means: Means, without: tuple[str, ...]) -> None:
    """Become the zygote: step into what `means` says, then serve. Returns when the server is gone.

    The ops that fall under `without` go for good, here rather than in each child: that takes up to
    a tenth of a second.

    What is refused is told to the server, and nothing is served: it was promised to somebody.
    """
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform == "linux":
        linux.die_with_parent(signal.SIGKILL)
    try:
        if means.tier is Tier.NAMESPACES:
            isolation.enter_namespaces()
            pid = os.fork()
            if pid:
                control.close()
                os.waitpid(pid, 0)
                return
            linux.die_with_parent(signal.SIGKILL)
        shell = isolation.prepare(means)
        _do_without(without)
    except OSError as error:
        _tell(control, refused=f"{means.tier}: {refusals.explain(means.tier, error)}")
        return
    _tell(control, refused="")
    serve(control, shell)


def _do_without(words: tuple[str, ...]) -> None:
    if words:
        from quizapp.judge import removal

        removal.take_out(removal.plan(words))


def _tell(control: socket.socket, **message: object) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):
        control.sendall(json.dumps(message).encode() + b"\n")


def main() -> None:
    """`python -m quizapp.judge.zygote FD`: zygotes for a server whose own nursery was lost."""
    control = socket.socket(fileno=int(sys.argv[1]))
    if sys.platform == "linux":
        linux.die_with_parent(signal.SIGKILL)
    warm_torch()
    # Autograd has started threads by now. A fork has none, and a new user namespace wants none.
    pid = os.fork()
    if pid:
        control.close()
        os.waitpid(pid, 0)
        return
    nurse(control)


if __name__ == "__main__":
    main()
    os._exit(0)
