"""Which files a source of engagement events has now: of a folder, a path, a glob or a URL."""

import glob
import re
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from sync_project.ingest.events.files import ENDINGS, EventFile, ending_of
from sync_project.ingest.events.inbox import Inbox
from sync_project.ingest.events.rows import EventSourceError, first_line

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""What some servers give for a time that they do not know [K]."""


def list_event_files(files: str, *, inbox: Inbox) -> list[EventFile]:
    """The files by name; EventSourceError where there is no such place, or nothing that can be an event file.

    A folder may be empty; folders in it are looked into where a glob such as ``events/**`` says so.
    """
    is_remote = "://" in files
    listed = _list_remote(files, connection=inbox.connection) if is_remote else _list_local(files)
    if not listed and (is_remote or not Path(files).expanduser().is_dir()):
        raise EventSourceError(
            f"files is {files!r}, and no file there ends in {', '.join(sorted(ENDINGS))}. "
            "Name a folder, a file or a glob such as /data/events/*.csv that exists."
        )
    return sorted(listed, key=lambda file: file.name)


def _list_local(files: str) -> list[EventFile]:
    path = Path(files).expanduser()
    if path.is_dir():
        base, found = path, list(path.iterdir())
    elif path.is_file():
        base, found = path.parent, [path]
    else:
        base = Path(_before_wildcards(str(path)))
        names = glob.glob(str(path), recursive=True, include_hidden=True)  # noqa: PTH207 (its ** finds files)
        found = [Path(each) for each in names]
    return [
        _look_at(each, name=str(each.relative_to(base)))
        for each in found
        if ending_of(each.name) in ENDINGS and each.is_file()
    ]


def _look_at(path: Path, *, name: str) -> EventFile:
    status = path.stat()
    return EventFile(
        name=name,
        location=str(path),
        size_bytes=status.st_size,
        changed_at=datetime.fromtimestamp(status.st_mtime, tz=UTC),
    )


def _list_remote(files: str, *, connection: duckdb.DuckDBPyConnection) -> list[EventFile]:
    pattern = f"{files}*" if files.endswith("/") else files
    try:
        # Without its content DuckDB asks only for what a listing or a HEAD request tells.
        found = connection.execute(
            "SELECT filename, size, last_modified FROM read_blob($pattern)", {"pattern": pattern}
        ).fetchall()
    except duckdb.Error as error:
        raise EventSourceError(
            f"files is {files!r}, which cannot be listed: {first_line(error)}. Check the address, and that "
            "DuckDB has the extension and the secret that it needs (CREATE PERSISTENT SECRET)."
        ) from error
    return [
        EventFile(
            name=location.removeprefix(_before_wildcards(pattern)),
            location=location,
            size_bytes=size,
            changed_at=changed_at if changed_at and changed_at > NEVER else None,
        )
        for location, size, changed_at in found
        if ending_of(location) in ENDINGS
    ]


def _before_wildcards(pattern: str) -> str:
    """The folder of a glob that holds all it can mean.

    >>> _before_wildcards("s3://bucket/events/*/2026-*.csv")
    's3://bucket/events/'
    """
    return "".join(re.split(r"[*?\[]", pattern, maxsplit=1)[0].rpartition("/")[:2])
