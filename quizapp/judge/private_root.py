"""A file tree of its own for submissions: the libraries, read only, and no other name of the host.

Owns how the tree is made, once for each zygote, in its mount namespace; each child adds a tmpfs.
Which places go in is said by `libraries` and `devices`. Landlock would keep a submission from
opening other files, too, but not from asking whether they are there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from quizapp.judge import linux

_TREE_OPTIONS = "size=1m,nr_inodes=4k,mode=0755"
_SCRATCH_OPTIONS = "size=1m,nr_inodes=64,mode=0700"
_NOTHING_OPTIONS = "size=4k,nr_inodes=1,mode=0555"
_PROC = Path("/proc")
_SHARED_MEMORY = "/dev/shm"  # who wants to write there is to hear that it may not, not "no file"


def make(places: Iterable[str], hidden: Path, scratch: str) -> None:
    """Make a tree of `places` the root of this mount namespace.

    Args:
        places: absolute paths; what links on the way there say stays true in the tree.
        hidden: a folder that is shown empty where it lies in one of them.
        scratch: a folder for temporary files, the tree's own; the host's one of that name must hold
            none of the places.

    Raises:
        OSError: the system refuses.
    """
    linux.mount_tmpfs(scratch, _TREE_OPTIONS)
    tree = Path(scratch)
    # What lies in another one comes after it and is there already.
    real = sorted({_follow(tree, Path(place)) for place in places})
    shown: list[Path] = []
    for place in real:
        if not any(place.is_relative_to(before) for before in shown):
            _show(place, tree)
            shown.append(place)
    if any(hidden.is_relative_to(place) for place in shown):
        linux.mount_tmpfs(str(_inside(tree, hidden)), _NOTHING_OPTIONS)
    for empty in (scratch, _SHARED_MEMORY):
        _inside(tree, Path(empty)).mkdir(parents=True, exist_ok=True)
    linux.change_root(scratch)
    linux.mount_tmpfs(scratch, _SCRATCH_OPTIONS)


def _inside(tree: Path, path: Path) -> Path:
    return tree / path.relative_to("/")


def _show(place: Path, tree: Path) -> None:
    target = _inside(tree, place)
    if place.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    if place == _PROC:
        with suppress(OSError):  # containers hide parts of theirs; then a new one may not be made
            linux.mount_proc(str(target))
            return
    linux.bind(str(place), str(target))


def _follow(tree: Path, path: Path) -> Path:
    """Where `path` really is; links on the way are made again in the tree."""
    here, ahead = Path("/"), list(path.parts[1:])
    while ahead:
        here /= ahead.pop(0)
        if here.name == "..":
            here = here.parent.parent
        elif here.is_symlink():
            target = Path(os.readlink(here))  # noqa: PTH115 - Path.readlink drops a final ".."
            link = _inside(tree, here)
            link.parent.mkdir(parents=True, exist_ok=True)
            if not link.is_symlink():
                link.symlink_to(target)
            ahead = [*target.parts[target.is_absolute() :], *ahead]
            here = Path("/") if target.is_absolute() else here.parent
    return here
