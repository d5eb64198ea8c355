"""What the local org refuses.

SandboxError                  a mistake in how the sandbox is used; the message names the remedy
├── SandboxPortTakenError     another program listens on the port
├── SandboxLoadError          a file or row to load is not right
└── ApiError                  an answer over the wire: HTTP status, Salesforce's code, message, fields
    └── RecordError           one record is refused; in a collection the other records go on
        └── DuplicatesError   a duplicate rule found records like it
"""

from collections.abc import Mapping, Sequence

_CODE_FIRST = frozenset(
    {
        "API_ERROR",
        "BULK_API_ERROR",
        "FEATURENOTENABLED",
        "INVALIDJOB",
        "INVALIDJOBSTATE",
        "LIMIT_EXCEEDED",
        "METHOD_NOT_ALLOWED",
        "NOT_FOUND",
        "PROCESSING_HALTED",
    }
)
"""Errors that REST and Bulk themselves find, not the records below; their keys come in the other order."""


class SandboxError(Exception):
    """A mistake in how the sandbox is used."""


class SandboxPortTakenError(SandboxError):
    """Another program listens on the port."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(
            f"port {port} on 127.0.0.1 is taken by another program: stop that program or choose another port "
            "(0 takes any free one)"
        )


class SandboxLoadError(SandboxError):
    """A file or row to load is not right; nothing was loaded."""


class ApiError(SandboxError):
    """An answer over the wire that is not a success."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        fields: Sequence[str] | None = None,
        status: int = 400,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.code = code
        self.message = message
        self.fields = None if fields is None else list(fields)
        self.status = status
        self.headers = dict(headers or {})
        super().__init__(f"{code}: {message}")

    def as_body(self) -> dict[str, object]:
        """The element of the JSON array that REST answers with."""
        body: dict[str, object] = {"message": self.message, "errorCode": self.code}
        if self.code in _CODE_FIRST:
            body = {"errorCode": self.code, "message": self.message}
        return body if self.fields is None else body | {"fields": self.fields}

    def as_csv_error(self) -> str:
        """The ``sf__Error`` cell of Bulk 2.0.

        >>> RecordError("STRING_TOO_LONG", "too long", fields=["Title"]).as_csv_error()
        'STRING_TOO_LONG:too long:Title --'
        """
        return f"{self.code}:{self.message}:{', '.join(self.fields or [])} --"


class RecordError(ApiError):
    """One record is refused."""

    def __init__(self, code: str, message: str, *, fields: Sequence[str] = (), status: int = 400) -> None:
        super().__init__(code, message, fields=fields, status=status)

    def as_row_error(self) -> dict[str, object]:
        """The element of ``errors`` in a collection's row, where the key is ``statusCode``."""
        return {"statusCode": self.code, "message": self.message, "fields": self.fields}


class DuplicatesError(RecordError):
    """A duplicate rule found records like it; only the body of a single row shows which.

    The key was ``duplicateResut`` in v50 and v51 and is ``duplicateResult`` in newer replies [R bodies
    that clients recorded]; clients look for either, so every version answers with both.
    """

    def __init__(self, message: str, *, result: Mapping[str, object]) -> None:
        self.result = result
        super().__init__("DUPLICATES_DETECTED", message)

    def as_body(self) -> dict[str, object]:
        """The element of the JSON array that REST answers with."""
        keys = {"duplicateResut": self.result, "duplicateResult": self.result}
        return keys | {"errorCode": self.code, "message": self.message}


def not_found(message: str = "The requested resource does not exist") -> ApiError:
    """The 404 of an unknown path, object or record."""
    return ApiError("NOT_FOUND", message, status=404)


def fields_missing(names: Sequence[str]) -> RecordError:
    """The refusal of a record, or of what an admin sets up, that lacks these fields."""
    text = f"Required fields are missing: [{', '.join(names)}]"
    return RecordError("REQUIRED_FIELD_MISSING", text, fields=names)


def query_timeout() -> ApiError:
    """The refusal of a query that would take Salesforce more than two minutes."""
    return ApiError("QUERY_TIMEOUT", "Your query request was running for too long.")


def request_limit_exceeded() -> ApiError:
    """The 403 of an org whose calls of 24 hours are used up."""
    return ApiError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=403)
