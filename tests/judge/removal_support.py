"""Runs cases, each in a fork from which the ops of a group are gone; for `test_removal`.

`python removal_support.py` reads lines of JSON `[group, statement]` and answers each with what came
of it: "refused", "returned", or the exception.
"""

from __future__ import annotations

import json
import os
import sys

import torch
from torch.utils._python_dispatch import _disable_current_modes
from value_support import CODE_HEAD

from quizapp.judge import removal
from quizapp.judge.trace import OpTrace


def _run(group: str, body: str) -> str:
    names: dict = {}
    exec(CODE_HEAD + f"def f():\n    {body}\n", names)
    with OpTrace(forbidden=(group,)):
        removal.take_out(removal.plan((group,)))
        hidden = torch._C.DisableTorchFunction(), torch._C._DisableTorchDispatch()
        try:
            with hidden[0], hidden[1], _disable_current_modes():
                names["f"]()
        except removal.ForbiddenOpError:
            return "refused"
        except RuntimeError as error:
            return "refused" if removal.REFUSED_WORDS in str(error) else f"{error!r}"
        except Exception as error:
            return f"{error!r}"
        return "returned"


def main() -> None:
    """Answer what stands on the input."""
    torch.set_num_threads(1)
    for line in sys.stdin.read().splitlines():
        group, body = json.loads(line)
        removal.plan((group,))
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            print(json.dumps(_run(group, body)), flush=True)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if status:
            print(json.dumps(f"ended with {status}"), flush=True)


if __name__ == "__main__":
    main()
