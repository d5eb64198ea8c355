import pytest

from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.wire.json_text import parse_json


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            b'{"Name" "Acme"}',
            "Unexpected character ('\"' (code 34)): was expecting a colon to separate field name and value"
            " at [line:1, column:10]",
        ),
        (
            b'{\n"Name": Acme}',
            "Unexpected character ('A' (code 65)): expected a valid value"
            " (number, String, array, object, 'true', 'false' or 'null') at [line:2, column:10]",
        ),
        (
            b"{Name: 1}",
            "Unexpected character ('N' (code 78)): was expecting double-quote to start field name"
            " at [line:1, column:3]",
        ),
        (b'{"Name": "Ac', "Unexpected end-of-input: expected close marker at [line:1, column:11]"),
        (b" ", "The HTTP entity body is required, but this request has no entity body."),
        (b"[" * 100_000, "Unable to read the HTTP entity body at [line:1, column:1]"),
        (b"9" * 5_000, "Unable to read the HTTP entity body at [line:1, column:1]"),
        (b"\xff\xfe\xff", "Unable to read the HTTP entity body at [line:1, column:1]"),
        (b'{"Amount": NaN}', "Unable to read the HTTP entity body at [line:1, column:1]"),
    ],
)
def test_what_is_no_json_is_refused_in_the_words_of_the_parser(text, message):
    with pytest.raises(ApiError) as caught:
        parse_json(text)
    assert (caught.value.code, caught.value.message, caught.value.status) == (
        "JSON_PARSER_ERROR",
        message,
        400,
    )
