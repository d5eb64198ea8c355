"""JSON as Salesforce reads and prints it: the parser's complaints and the printer's spacing are Jackson's."""

import json
from json.encoder import encode_basestring

from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.values import SURROGATE

_COMPLAINTS = {
    "Expecting value": "expected a valid value (number, String, array, object, 'true', 'false' or 'null')",
    "Expecting property name enclosed in double quotes": "was expecting double-quote to start field name",
    "Illegal trailing comma before end of object": "was expecting double-quote to start field name",
    "Expecting ':' delimiter": "was expecting a colon to separate field name and value",
    "Expecting ',' delimiter": "was expecting comma to separate OBJECT entries",
    "Invalid control character at": "has to be escaped using backslash to be included in string value",
}
_UNREADABLE = "Unable to read the HTTP entity body at [line:1, column:1]"
_DEEPEST = 64
"""Lists and objects within one another [K]."""


def parse_json(content: bytes) -> object:
    """The value; a JSON_PARSER_ERROR in the parser's words when it is none [K: where columns begin]."""
    if not content.strip():
        raise _refusal("The HTTP entity body is required, but this request has no entity body.")
    try:
        value = json.loads(content, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise _refusal(f"{_complain(error)} at [line:{error.lineno}, column:{error.colno + 1}]") from error
    except (ValueError, RecursionError) as error:
        raise _refusal(_UNREADABLE) from error
    if _is_unreadable(value):
        raise _refusal(_UNREADABLE)
    return value


def parse_object(content: bytes) -> dict[str, object]:
    """The value, which must be an object."""
    body = parse_json(content)
    if not isinstance(body, dict):
        raise _refusal("The HTTP entity body must be a JSON object")
    return body


def print_json(value: object, indent: str = "") -> str:
    """The value with the spacing that ``X-PrettyPrint: 1`` asks for.

    >>> print(print_json({"errors": [], "records": [{"Id": 1}, None]}))
    {
      "errors" : [ ],
      "records" : [ {
        "Id" : 1
      }, null ]
    }
    """
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        if not value:
            return "{ }"
        inner = indent + "  "
        entries = [
            f"{inner}{encode_basestring(key)} : {print_json(each, inner)}" for key, each in value.items()
        ]
        return "{\n" + ",\n".join(entries) + f"\n{indent}}}"
    if isinstance(value, list | tuple):
        return "[ " + ", ".join([print_json(each, indent) for each in value]) + " ]" if value else "[ ]"
    return json.dumps(value) if value is not None else "null"


def _is_unreadable(value: object) -> bool:
    """Whether it nests too deep, or a text in it holds half of a surrogate pair."""
    level = [value]
    for _ in range(_DEEPEST):
        if any(isinstance(each, str) and SURROGATE.search(each) for each in level):
            return True
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return bool(level)


def _complain(error: json.JSONDecodeError) -> str:
    if error.pos >= len(error.doc) or error.msg.startswith("Unterminated string"):
        return "Unexpected end-of-input: expected close marker"
    character = error.doc[error.pos]
    wanted = _COMPLAINTS.get(error.msg, "expected a valid value")
    return f"Unexpected character ('{character}' (code {ord(character)})): {wanted}"


def _refusal(text: str) -> ApiError:
    return ApiError("JSON_PARSER_ERROR", text)


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
