"""Queries that Salesforce takes for well formed, and queries that it does not, one a line of a file."""

from pathlib import Path


def _read(name: str) -> tuple[str, ...]:
    return tuple(Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines())


VALID = _read("valid_queries.soql")
INVALID = _read("invalid_queries.soql")
