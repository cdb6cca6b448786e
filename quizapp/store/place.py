"""The folder of the learner's data. Owns what must be so before a database can lie in it.

SQLite would say of each of these that it cannot open the file, and some calls of Python's would
end the program. Leaves what may be wrong with the file itself to `database`.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from quizapp.errors import Phrase, StoreError, as_phrase

_OTHERWISE = "set QUIZAPP_HOME to a folder of your own"


def refuse(folder: Path, *, writing: bool = True) -> None:
    """Refuse a folder that cannot hold the data; one that is missing can be made.

    Args:
        folder: where `quizapp.db` lies, or is going to.
        writing: whether a disk that may only be read is refused, too.

    Raises:
        StoreError: it, or what it should lie in, is no folder, a link to nowhere, closed to us, or
            on a disk that may only be read.
    """
    for place in (folder, *folder.parents):
        try:
            found = place.stat()
        except FileNotFoundError:
            if place.is_symlink():
                remedy = Phrase("mend the link, or {otherwise}", otherwise=as_phrase(_OTHERWISE))
                raise StoreError(str(place), "is a link that leads nowhere", remedy) from None
            continue
        except OSError as error:
            if isinstance(error, NotADirectoryError):
                continue  # one of its parents says so
            raise StoreError(
                str(place),
                Phrase("it cannot be reached ({reason})", reason=error.strerror),
                _OTHERWISE,
            ) from error
        _refuse_closed(place, found)
        # Windows has neither of these calls.
        if writing and hasattr(os, "statvfs") and os.statvfs(place).f_flag & os.ST_RDONLY:
            then = "copy it to a disk that can be written to, and set QUIZAPP_HOME to that"
            raise StoreError(str(place), "lies on a disk that may only be read", then)
        return


def _refuse_closed(place: Path, found: os.stat_result) -> None:
    if not stat.S_ISDIR(found.st_mode):
        raise StoreError(
            str(place),
            "is a file, not a folder",
            Phrase("move it away, or {otherwise}", otherwise=as_phrase(_OTHERWISE)),
        )
    if not os.access(place, os.R_OK | os.X_OK):
        anothers = hasattr(os, "getuid") and found.st_uid != os.getuid()
        what = "the folder is another user's" if anothers else "the folder may not be read"
        remedy = Phrase(
            "ask for the right to use it, or {otherwise}", otherwise=as_phrase(_OTHERWISE)
        )
        raise StoreError(str(place), what, remedy)
