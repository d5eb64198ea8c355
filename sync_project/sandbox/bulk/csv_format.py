"""The CSV of Bulk 2.0: delimiters, line endings, quoted output."""

import csv
import io
from collections.abc import Iterable, Sequence

from sync_project.sandbox.errors import SandboxError

DELIMITERS = {
    "BACKQUOTE": "`",
    "CARET": "^",
    "COMMA": ",",
    "PIPE": "|",
    "SEMICOLON": ";",
    "TAB": "\t",
}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}


class BadCsvError(SandboxError):
    """The upload as a whole cannot be read; the job fails with this message."""


def read_csv(text: str, *, delimiter: str, line_ending: str) -> list[list[str]]:
    """The rows of an upload, header first; empty for an empty upload.

    A line ending other than the job's fails the whole job [K: the message].
    """
    header = text.partition("\n")[0]
    if header and header.endswith("\r") != (line_ending == "CRLF"):
        raise BadCsvError(
            "ClientInputError : LineEnding is invalid on user data. "
            f"Current LineEnding setting is {line_ending}"
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS[delimiter], strict=True)
    try:
        return [row for row in reader if row]
    except csv.Error as error:
        raise BadCsvError(f"ClientInputError : {error}") from error


def write_csv(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, delimiter: str = "COMMA", line_ending: str = "LF"
) -> bytes:
    r"""Every cell in quotes, as Salesforce writes results.

    >>> write_csv(["Id", "Name"], [["1", 'a "b" c']])
    b'"Id","Name"\n"1","a ""b"" c"\n'
    """
    out = io.StringIO()
    writer = csv.writer(
        out,
        delimiter=DELIMITERS[delimiter],
        lineterminator=LINE_ENDINGS[line_ending],
        quoting=csv.QUOTE_ALL,
    )
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()
