"""Where files lie while a step works on them: beside the warehouse, and gone even after a kill."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = ".scratch_"


@contextmanager
def scratch_folder(beside: Path) -> Iterator[Path]:
    """A folder that is gone at the end; what killed processes left goes at the beginning of another.

    Whoever has one shares a lock on the folder around it, of which the system lets go when the process dies.
    So who gets that lock alone knows that all scratch folders there are left over, also in a container, where
    the number of a process says nothing about those of other containers, or of the one before.
    """
    home = beside.parent
    home.mkdir(parents=True, exist_ok=True)
    lock = os.open(home, os.O_RDONLY)
    try:
        # Refused while others work here, and by network file systems that lock only what can be written.
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for left in home.glob(f"{PREFIX}*"):
                shutil.rmtree(left)
        fcntl.flock(lock, fcntl.LOCK_SH)
        with tempfile.TemporaryDirectory(dir=home, prefix=PREFIX) as folder:
            yield Path(folder)
    finally:
        os.close(lock)
