import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.matching.emails import EmailKind, read_email


@pytest.mark.parametrize(
    "raw",
    [
        "jane@acme.com",
        " Jane@ACME.com ",
        "<jane@acme.com>",
        "Jane Doe <jane@acme.com>",
        '"Doe, Jane" <jane@acme.com>',
        "'jane@acme.com'",
        "mailto:jane@acme.com?subject=Hello",
        "[jane@acme.com](mailto:jane@acme.com)",
        "E-Mail: jane@acme.com",
        "jane @ acme.com",
        "jane@acme.com.",
        "jane@acme.com;joe@acme.com",
        "no spam, jane@acme.com (work)",
        "jane@acme\u200b.com",
        "jane@acme.com.invalid",
        "jane=acme.com@example.com",
    ],
)
def test_every_spelling_of_an_address_is_one(raw):
    assert read_email(raw).normalized == "jane@acme.com"


def test_what_may_be_written_back_keeps_tags_and_dots():
    reading = read_email("J.Doe+News@Googlemail.com")
    assert reading.normalized == "j.doe+news@googlemail.com"
    assert reading.duplicate_key == "jdoe@gmail.com"


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("jane+crm@acme.com", "jane@acme.com"),
        ("j.doe@acme.com", "j.doe@acme.com"),
        ("+tag@acme.com", "+tag@acme.com"),
        ("none@acme.com", None),
        ("jane", None),
    ],
)
def test_the_duplicate_key_drops_tags_and_only_gmail_s_dots(raw, key):
    assert read_email(raw).duplicate_key == key


@pytest.mark.parametrize(
    ("raw", "kind", "company"),
    [
        ("jane@mail.acme.co.uk", EmailKind.CORPORATE, "acme.co.uk"),
        ("jane@münchen.de", EmailKind.CORPORATE, "xn--mnchen-3ya.de"),
        ("jane@acme.onmicrosoft.com", EmailKind.CORPORATE, "acme.onmicrosoft.com"),
        ("joe@facebook.com", EmailKind.CORPORATE, "facebook.com"),
        ("joe@bt.com", EmailKind.CORPORATE, "bt.com"),
        ("joe@comcast.com", EmailKind.CORPORATE, "comcast.com"),
        ("joe@acme.za.com", EmailKind.CORPORATE, "acme.za.com"),
        ("info@acme.com", EmailKind.ROLE, "acme.com"),
        ("customer-service+de@acme.com", EmailKind.ROLE, "acme.com"),
        ("ventas@acme.es", EmailKind.ROLE, "acme.es"),
        ("Buchhaltung@acme.de", EmailKind.ROLE, "acme.de"),
        ("info@gmail.com", EmailKind.FREE, None),
        ("joe@yahoo.co.jp", EmailKind.FREE, None),
        ("joe@vip.163.com", EmailKind.FREE, None),
        ("joe@comcast.net", EmailKind.FREE, None),
        ("joe@btinternet.com", EmailKind.FREE, None),
        ("joe@t-online.de", EmailKind.FREE, None),
        ("joe@tutanota.com", EmailKind.FREE, None),
        ("joe@tuta.io", EmailKind.FREE, None),
        ("joe@hey.com", EmailKind.FREE, None),
        ("joe@zohomail.com", EmailKind.FREE, None),
        ("joe@mailinator.com", EmailKind.DISPOSABLE, None),
        ("joe@yopmail.com", EmailKind.DISPOSABLE, None),
        ("joe@example.com", EmailKind.PLACEHOLDER, None),
        ("test@test.com", EmailKind.PLACEHOLDER, None),
        ("no-email@acme.com", EmailKind.PLACEHOLDER, None),
        ("sin.correo@acme.es", EmailKind.PLACEHOLDER, None),
        ("na@na.net", EmailKind.PLACEHOLDER, None),
        ("na@acme.com", EmailKind.CORPORATE, "acme.com"),
        (None, EmailKind.INVALID, None),
        ("", EmailKind.INVALID, None),
        ("jane.acme.com", EmailKind.INVALID, None),
        ("jane@acme", EmailKind.INVALID, None),
        ("jane@@acme.com", EmailKind.INVALID, None),
        ("jane..doe@acme.com", EmailKind.INVALID, None),
        ("jane@acme.con", EmailKind.INVALID, None),
        ("jane@co.uk", EmailKind.INVALID, None),
        ("jane@10.0.0.1", EmailKind.INVALID, None),
        ("a" * 65 + "@acme.com", EmailKind.INVALID, None),
    ],
)
def test_the_kind_decides_whether_a_mailbox_speaks_for_a_company(raw, kind, company):
    reading = read_email(raw)
    assert (reading.kind, reading.company_domain) == (kind, company)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40) | st.emails() | st.text(alphabet="ab@.+-<>,; =", max_size=30))
def test_any_text_is_read_and_a_normal_address_reads_as_itself(raw):
    reading = read_email(raw)
    if reading.normalized is not None:
        assert read_email(reading.normalized) == reading
