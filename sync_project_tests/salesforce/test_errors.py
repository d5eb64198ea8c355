import pytest
import requests

from sync_project.salesforce import errors
from sync_project.salesforce.errors import Complaint, error_from_answer, raise_for_answer, read_complaint

QUERY_ERROR = (
    "\nSELECT Id, Foo FROM Account\n           ^\nERROR at Row:1:Column:12\n"
    "No such column 'Foo' on entity 'Account'. If you are attempting to use a custom field, ..."
)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (
            b'[{"message":"too long","errorCode":"STRING_TOO_LONG","fields":["Title"]}]',
            Complaint(code="STRING_TOO_LONG", message="too long", fields=("Title",)),
        ),
        ({"statusCode": "X", "message": "m", "fields": []}, Complaint(code="X", message="m")),
        (
            '{"error":"invalid_grant","error_description":"no user"}',
            Complaint(code="invalid_grant", message="no user"),
        ),
        (b"<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>",
         Complaint(code="", message="Bad Message 414 reason: URI Too Long")),
        (b"", Complaint(code="", message="")),
        (b"[]", Complaint(code="", message="")),
        (b"\xff\xfe", Complaint(code="", message="\ufffd\ufffd")),
        ([["https://record/1"]], Complaint(code="", message="['https://record/1']")),
    ],
)  # fmt: skip
def test_every_shape_of_error_body_is_read(body, complaint):
    assert read_complaint(body) == complaint


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "MALFORMED_QUERY", errors.QueryRefusedError),
        (400, "INVALID_QUERY_LOCATOR", errors.QueryRefusedError),
        (400, "QUERY_TOO_COMPLICATED", errors.QueryRefusedError),
        (400, "QUERY_TIMEOUT", errors.QueryTimeoutError),
        (400, "INVALID_FIELD", errors.QueryRefusedError),
        (400, "INVALID_FIELD_FOR_INSERT_UPDATE", errors.FieldMissingError),
        (400, "INVALID_TYPE", errors.ResourceMissingError),
        (400, "INVALID_TYPE_ON_FIELD_IN_RECORD", errors.RecordRejectedError),
        (400, "REQUIRED_FIELD_MISSING", errors.RecordRejectedError),
        (400, "DUPLICATES_DETECTED", errors.RecordRejectedError),
        (400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", errors.RecordRejectedError),
        (400, "CANNOT_UPDATE_CONVERTED_LEAD", errors.RecordRejectedError),
        (400, "UNABLE_TO_LOCK_ROW", errors.RowLockedError),
        (400, "SOMETHING_NEW", errors.RequestRefusedError),
        (401, "INVALID_SESSION_ID", errors.SignInError),
        (403, "REQUEST_LIMIT_EXCEEDED", errors.RateLimitError),
        (403, "API_DISABLED_FOR_ORG", errors.RequestRefusedError),
        (404, "NOT_FOUND", errors.ResourceMissingError),
        (404, "ENTITY_IS_DELETED", errors.RecordRejectedError),
        (414, "", errors.QueryRefusedError),
        (429, "", errors.RateLimitError),
        (500, "UNKNOWN_EXCEPTION", errors.OrgUnreachableError),
        (503, "", errors.OrgUnreachableError),
    ],
)
def test_a_code_leads_to_its_class(status, code, expected):
    error = error_from_answer(
        status=status,
        body=[{"errorCode": code, "message": "said so", "fields": ["A"]}],
        url="https://org/x?q=1",
    )

    assert type(error) is expected
    assert (error.code, error.status, error.fields) == (code, status, ("A",))
    assert "https://org/x answered" in str(error)
    assert "said so" in str(error)


@pytest.mark.parametrize(
    "kind",
    [
        errors.OrgUnreachableError,
        errors.RateLimitError,
        errors.CallAllowanceSpentError,
        errors.QueryTimeoutError,
        errors.RowLockedError,
    ],
)
def test_what_may_succeed_later_is_retryable(kind):
    assert issubclass(kind, errors.RetryableError)
    assert not issubclass(kind, errors.PermanentError)


@pytest.mark.parametrize(
    ("message", "named"),
    [
        (QUERY_ERROR, "Account.Foo"),
        ("No such column 'Score__c' on sobject of type Lead", "Lead.Score__c"),
    ],
)
def test_a_missing_field_is_named_with_its_object(message, named):
    error = error_from_answer(
        status=400, body=[{"errorCode": "INVALID_FIELD", "message": message}], url="https://org/query"
    )

    assert isinstance(error, errors.FieldMissingError)
    assert str(error).startswith(f"{named} is not in the org, or hidden")
    assert error.fields == (named.partition(".")[2],)


def test_a_success_is_handed_through():
    response = requests.Response()
    response.status_code = 204

    assert raise_for_answer(response) is response
