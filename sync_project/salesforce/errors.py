"""What can go wrong with an org, and the one place that reads it from Salesforce's answers.

SalesforceError
├── RetryableError             the same request may succeed later
│   ├── OrgUnreachableError    no answer, a broken one, or a 5xx; already repeated where that is safe
│   ├── CallsSpentError        no more calls for now, by either of
│   │   ├── RateLimitError            the org's calls are used up
│   │   └── CallAllowanceSpentError   ours are: nothing was sent
│   ├── ReportRunsSpentError   the runs of reports that an hour allows are used up
│   ├── QueryTimeoutError      a query took the org too long; a part of it may not
│   ├── RowLockedError         another process holds the record
│   └── BulkJobError           a bulk job failed, was aborted, or did not end in time
└── PermanentError             the same request fails until a person changes something
    ├── SignInError            wrong credentials, or a session the org refuses
    ├── InsecureOrgError       plain http to another machine, or a certificate that does not hold
    ├── FieldMissingError      the org lacks a mapped field, or hides it
    ├── ResourceMissingError   the org lacks an object, a record or an external id field, or hides it
    ├── RecordRejectedError    a validation rule, a required field, a duplicate rule
    ├── QueryRefusedError      SOQL that the org does not run
    ├── SavedQuestionError     a list view or report that tells no one set of records
    ├── RequestRefusedError    any other refusal
    └── UnexpectedAnswerError  an answer that does not have Salesforce's shape
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import requests
import simple_salesforce.exceptions

from sync_project.salesforce.remedies import remedy_for


class SalesforceError(Exception):
    """The root: ``code`` and ``fields`` are Salesforce's, ``status`` is HTTP's; empty where there is none."""

    def __init__(
        self, message: str, *, code: str = "", status: int | None = None, fields: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.fields = fields


class RetryableError(SalesforceError):
    """The same request may succeed later."""


class OrgUnreachableError(RetryableError):
    """No usable answer arrived."""


class CallsSpentError(RetryableError):
    """No more calls for now: what was done stays done, the rest has to wait."""


class RateLimitError(CallsSpentError):
    """The org's calls are used up; repeating at once is useless, for hours."""


class CallAllowanceSpentError(CallsSpentError):
    """The calls that we allowed ourselves are used up; the request was not sent."""

    def __init__(self, allowance: int) -> None:
        super().__init__(
            f"The allowance of {allowance} API calls is used up, so nothing more was sent to the org. "
            "Run again when calls may be spent again, or raise the allowance."
        )
        self.allowance = allowance


class ReportRunsSpentError(RetryableError):
    """No more runs of reports in this hour; all other calls go on."""


class QueryTimeoutError(RetryableError):
    """A query took the org too long: the same one would again, one that reads less may not."""


class RowLockedError(RetryableError):
    """Another process holds the record."""


class BulkJobError(RetryableError):
    """A bulk job failed, was aborted, or did not end in time; ``job_id`` finds it in the org."""

    def __init__(self, message: str, *, job_id: str) -> None:
        super().__init__(message)
        self.job_id = job_id


class PermanentError(SalesforceError):
    """The same request fails until a person changes something."""


class SignInError(PermanentError):
    """Wrong credentials, or a session the org refuses."""


class InsecureOrgError(PermanentError):
    """The connection is not encrypted, or not provably to the org."""


class FieldMissingError(PermanentError):
    """The org lacks a field, or hides it; ``fields`` names it."""


class ResourceMissingError(PermanentError):
    """The org lacks an object, a record or an external id field, or hides it."""


class RecordRejectedError(PermanentError):
    """A validation rule, a required field, a duplicate rule."""


class QueryRefusedError(PermanentError):
    """SOQL that the org does not run."""


class SavedQuestionError(PermanentError):
    """A list view or report that does not tell which records it means."""


class RequestRefusedError(PermanentError):
    """Any other refusal."""


class UnexpectedAnswerError(PermanentError):
    """An answer that does not have Salesforce's shape."""


# By prefix, since Salesforce's literal codes are longer and more numerous than any list of them.
_CLASS_OF_CODE: dict[str, type[SalesforceError]] = {
    "API_": RequestRefusedError,
    "CANNOT_": RecordRejectedError,
    "DUPLICATE": RecordRejectedError,
    "ENTITY_IS_": RecordRejectedError,
    "FIELD_": RecordRejectedError,
    "INSUFFICIENT_ACCESS": RecordRejectedError,
    "INVALID_AUTH_HEADER": SignInError,
    "INVALID_CROSS_REFERENCE": RecordRejectedError,
    "INVALID_EMAIL_ADDRESS": RecordRejectedError,
    "INVALID_FIELD": QueryRefusedError,
    "INVALID_FIELD_FOR_INSERT_UPDATE": FieldMissingError,
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": RecordRejectedError,
    "INVALID_QUERY": QueryRefusedError,
    "INVALID_SESSION_ID": SignInError,
    "INVALID_TYPE": ResourceMissingError,
    "INVALID_TYPE_ON_FIELD": RecordRejectedError,
    "MALFORMED_ID": RecordRejectedError,
    "MALFORMED_QUERY": QueryRefusedError,
    "NOT_FOUND": ResourceMissingError,
    "NUMBER_OUTSIDE_VALID_RANGE": RecordRejectedError,
    "QUERY_": QueryRefusedError,
    "QUERY_TIMEOUT": QueryTimeoutError,
    "REQUEST_LIMIT_EXCEEDED": RateLimitError,
    "REQUIRED_FIELD_MISSING": RecordRejectedError,
    "STRING_TOO_LONG": RecordRejectedError,
    "UNABLE_TO_LOCK_ROW": RowLockedError,
}

_CLASS_OF_STATUS: dict[int, type[SalesforceError]] = {
    401: SignInError,
    404: ResourceMissingError,
    414: QueryRefusedError,
    420: RateLimitError,
    429: RateLimitError,
    431: QueryRefusedError,
}

_MISSING_COLUMN = re.compile(r"No such column '([^']+)' on (?:entity|sobject of type) '?(\w+)")


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """What an error body says."""

    code: str
    message: str
    fields: tuple[str, ...] = ()


def error_from_answer(*, status: int, body: object, url: str) -> SalesforceError:
    """The error that an answer of status 300 or more stands for; ``body`` is parsed JSON, text or bytes."""
    complaint = read_complaint(body)
    place = url.partition("?")[0]
    missing = _MISSING_COLUMN.search(complaint.message)
    if missing:
        return _missing_field(field=missing[1], sobject=missing[2], complaint=complaint, status=status)
    said = f"{complaint.code or f'HTTP {status}'}: {complaint.message.strip().rstrip('.')}."
    return _error_class(complaint.code, status)(
        f"{place} answered {said} {remedy_for(complaint.code, complaint.fields)}",
        code=complaint.code,
        status=status,
        fields=complaint.fields,
    )


def raise_for_answer(response: requests.Response) -> requests.Response:
    """The response itself when it is a success, otherwise its error raised."""
    if response.status_code < requests.codes.multiple_choices:
        return response
    raise error_from_answer(status=response.status_code, body=response.content, url=response.url)


@contextmanager
def salesforce_errors() -> Iterator[None]:
    """Turn what simple-salesforce raises into the tree above; our own errors pass unchanged."""
    try:
        yield
    except simple_salesforce.exceptions.SalesforceError as error:
        raise error_from_answer(status=error.status, body=error.content, url=error.url) from error
    except requests.exceptions.JSONDecodeError as error:
        raise UnexpectedAnswerError(
            f"The org's answer is not JSON ({str(error)[:100]}). "
            "Check the address: a proxy or a login page may answer in its place."
        ) from error


def read_complaint(body: object) -> Complaint:
    """What an error body says, in any of Salesforce's shapes; of HTML and anything else, its text."""
    content = _parse_json(body) if isinstance(body, bytes | str) else body
    first = content[0] if isinstance(content, list) and content else content
    if not isinstance(first, dict):
        return Complaint(code="", message=_shorten(first))
    return Complaint(
        # Single rows say errorCode, collections statusCode, the token endpoint error.
        code=str(first.get("errorCode") or first.get("statusCode") or first.get("error") or ""),
        message=str(first.get("message") or first.get("error_description") or ""),
        fields=tuple(str(name) for name in first.get("fields") or ()),
    )


def _error_class(code: str, status: int) -> type[SalesforceError]:
    known = [prefix for prefix in _CLASS_OF_CODE if code.startswith(prefix)]
    if known:
        return _CLASS_OF_CODE[max(known, key=len)]
    if status >= requests.codes.internal_server_error:
        return OrgUnreachableError
    return _CLASS_OF_STATUS.get(status, RequestRefusedError)


def _missing_field(*, field: str, sobject: str, complaint: Complaint, status: int) -> FieldMissingError:
    return FieldMissingError(
        f"{sobject}.{field} is not in the org, or hidden from the integration user. "
        "Create the field, grant access to it by a permission set, or correct the mapping.",
        code=complaint.code,
        status=status,
        fields=(field,),
    )


def _parse_json(text: bytes | str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text.decode("utf-8", errors="replace") if isinstance(text, bytes) else text


def _shorten(content: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", str(content or ""))).strip()[:300]
