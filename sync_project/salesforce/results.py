"""What became of one record that was sent; the same for sObject Collections and for bulk jobs."""

import re
from dataclasses import dataclass, replace

from sync_project.salesforce.values import UnsendableValueError

NOT_SENT = "NOT_SENT"
"""Our code for a record that was held back."""

UNPROCESSED = "UNPROCESSED"
"""Our code for a record that a bulk job did not come to; it may be sent again."""

OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"
"""Our code for a record whose answer was lost: read it back before sending it again."""

_BULK_ERROR = re.compile(r"(?P<code>[A-Z_]+):(?P<message>.*?)(?::(?P<fields>[\w., ]*))?\s*--\s*", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class RecordResult:
    """One record's fate. ``error_code`` is Salesforce's, or one of our own above."""

    record_id: str | None
    """None for a record that was to be created and was not."""
    external_id: str | None = None
    """Of an upsert: the value by which the caller knows the record. None for updates."""
    is_success: bool
    is_created: bool = False
    error_code: str = ""
    message: str = ""
    fields: tuple[str, ...] = ()


def not_sent(error: UnsendableValueError, *, record_id: str | None, external_id: str | None) -> RecordResult:
    """The result of a record held back because Salesforce cannot express one of its values."""
    return RecordResult(
        record_id=record_id,
        external_id=external_id,
        is_success=False,
        error_code=NOT_SENT,
        message=str(error),
        fields=(error.field,),
    )


def outcome_unknown(result: RecordResult) -> RecordResult:
    """The result of a record that was sent once more, and whose second answer was lost."""
    return replace(result, error_code=OUTCOME_UNKNOWN, message=f"The last answer was lost. {result.message}")


def read_bulk_error(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Code, message and fields of ``sf__Error``.

    >>> read_bulk_error("REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --")
    ('REQUIRED_FIELD_MISSING', 'Required fields are missing: [Name]', ('Name',))
    >>> read_bulk_error("CANNOT_EXECUTE_FLOW_TRIGGER:Stopped at 10:30:--")
    ('CANNOT_EXECUTE_FLOW_TRIGGER', 'Stopped at 10:30', ())
    """
    found = _BULK_ERROR.fullmatch(text)
    if not found:
        return "", text, ()
    fields = tuple(name.strip() for name in (found["fields"] or "").split(",") if name.strip())
    return found["code"], found["message"], fields
