"""Where the files of a read lie until they are merged: beside the warehouse, and gone even after a kill."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = ".extract_"


@contextmanager
def scratch_folder(beside: Path) -> Iterator[Path]:
    """A folder of this process, gone at the end; what killed processes left goes at the beginning."""
    beside.parent.mkdir(parents=True, exist_ok=True)
    for left in beside.parent.glob(f"{PREFIX}*"):
        if not _is_alive(left):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=beside.parent, prefix=f"{PREFIX}{os.getpid()}_") as folder:
        yield Path(folder)


def _is_alive(folder: Path) -> bool:
    """Whether the process that made it runs."""
    pid = folder.name.removeprefix(PREFIX).partition("_")[0]
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
