import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.matching.company_names import company_key, loose_company_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Acme, Inc.", "acme"),
        ("ACME S.A. de C.V.", "acme"),
        ("Acme Pty Ltd", "acme"),
        ("The Acme Company", "acme"),
        ("Kowalski Sp. z o.o.", "kowalski"),
        ("Kowalski Sp. z o. o.", "kowalski"),
        ("Müller & Söhne GmbH & Co. KG", "mullerandsohne"),
        ("Muller and Sohne", "mullerandsohne"),
        ("Ørsted A/S", "orsted"),
        ("L\u2019Oréal S.A.", "loreal"),
        ("J.P. Morgan", "jpmorgan"),
        ("株式会社アクメ", "アクメ"),
        ("\u041e\u041e\u041e Ромашка", "ромашка"),
        ("3M", "3m"),
    ],
)
def test_spellings_of_one_name_have_one_key(name, key):
    assert company_key(name) == key


@pytest.mark.parametrize(
    "name",
    [None, "", "GmbH", "n/a", "N.A.", "Self-Employed", "unknown", "Test", "Email", "X", "--", "Co. Ltd."],
)
def test_names_that_say_nothing_have_no_key(name):
    assert company_key(name) is None


@pytest.mark.parametrize(
    ("name", "key"), [("Amazon.com, Inc.", "amazon"), ("Bank of America", "bankamerica"), ("AT&T", "att")]
)
def test_the_loose_key_drops_small_words_and_web_endings(name, key):
    assert loose_company_key(name) == key


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_any_text_has_a_key_without_spaces_or_none(name):
    for key in (company_key(name), loose_company_key(name)):
        assert key is None or (key and " " not in key)
