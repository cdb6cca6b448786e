"""What a submission may read: Python's and the system's libraries, and nothing of quizapp.

Owns the list of places; leaves opening them up to `isolation` and `private_root`.
"""

from __future__ import annotations

import functools
import os
import site
import stat
import sysconfig
from pathlib import Path

PRIVATE = Path(__file__).resolve().parents[1]
"""The folder of quizapp, and with it that of the course in a wheel."""
_SYSTEM_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")
_SYSTEM_FILES = ("/etc/ld.so.cache", "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_ENTER = stat.S_IXOTH
_SCRATCHES = ("/tmp", "/var/tmp", "/mnt", "/media", "/srv")


@functools.cache
def wanted() -> tuple[str, ...]:
    """The places as they are spoken of: some are links, and some may hold quizapp."""
    import torch

    found = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    found |= {str(Path(torch.__file__).parents[1]), *site.getsitepackages()}
    found |= {*_SYSTEM_LIBRARIES, *_SYSTEM_FILES}
    return tuple(sorted(path for path in found if Path(path).exists()))


@functools.cache
def paths() -> tuple[str, ...]:
    """The places themselves, without the folder of quizapp.

    Landlock rules only ever add, so a folder with quizapp somewhere below it is opened up entry
    by entry. Found once; a zygote does it for its children.
    """
    found: list[str] = []

    def add(path: Path) -> None:
        if path == PRIVATE:
            return
        if path in PRIVATE.parents:
            for entry in sorted(path.iterdir()):
                add(entry)
        elif path.exists():
            found.append(str(path))

    for path in sorted({Path(name).resolve() for name in wanted()}):
        add(path)
    return tuple(found)


@functools.cache
def scratch() -> str:
    """The folder that a private tmpfs covers: one that holds no library, which it would hide."""
    for folder in _SCRATCHES:
        if Path(folder).is_dir() and not any(Path(path).is_relative_to(folder) for path in paths()):
            return folder
    raise OSError("no folder is free for a private tmpfs")


@functools.cache
def are_open_to_all() -> bool:
    """Whether a user without rights could read them; the folders above them do not matter.

    Looks at each place and at one file of Python and of torch: whoever installs with a strict umask
    has all of them closed.
    """
    import torch

    files = (os.__file__, torch.__file__)
    return all(Path(file).stat().st_mode & stat.S_IROTH for file in files) and all(
        Path(path).stat().st_mode & (_ENTER if Path(path).is_dir() else stat.S_IROTH)
        for path in paths()
    )
