"""Several reads in one call, by Salesforce's composite resource: what the reads ask for is up to the caller.

A composite request takes 25 parts, of which five may be queries, and counts as one call.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sync_project.salesforce.errors import SalesforceError, error_from_answer

PARTS_PER_CALL = 25
QUERIES_PER_CALL = 5

_FIRST_ERROR = 300


@dataclass(frozen=True, kw_only=True)
class PartAnswer:
    """The answer to one of the reads."""

    url: str
    status: int
    body: Any
    """Parsed JSON, of an error too."""

    @property
    def error(self) -> SalesforceError | None:
        """The error that it stands for; None for a success."""
        if self.status < _FIRST_ERROR:
            return None
        return error_from_answer(status=self.status, body=self.body, url=self.url)

    def read(self) -> Any:
        """The body of a success; an error is raised."""
        error = self.error
        if error is not None:
            raise error
        return self.body


def read_together(
    urls: Sequence[str], *, post: Callable[[dict[str, Any]], Any], parts_per_call: int = PARTS_PER_CALL
) -> Iterator[PartAnswer]:
    """The answers in the order of the ``urls``, which begin with ``/services/data`` and are percent-encoded.

    ``post`` sends a body to the composite resource and gives its parsed answer.
    """
    remaining = iter(urls)
    while batch := tuple(itertools.islice(remaining, parts_per_call)):
        answer = post({"compositeRequest": [_part(number, url) for number, url in enumerate(batch)]})
        answers = {each["referenceId"]: each for each in answer["compositeResponse"]}
        for number, url in enumerate(batch):
            own = answers[_reference(number)]
            yield PartAnswer(url=url, status=own["httpStatusCode"], body=own["body"])


def _part(number: int, url: str) -> dict[str, str]:
    return {"method": "GET", "url": url, "referenceId": _reference(number)}


def _reference(number: int) -> str:
    return f"part{number}"
