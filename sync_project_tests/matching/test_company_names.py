# ruff: noqa: RUF001, the letters of other scripts are meant
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.matching.company_names import company_key, loose_company_key


@pytest.mark.parametrize(
    "name",
    [
        "Acme GmbH",
        "Acme GmbH & Co. KGaA",
        "Acme GmbH und Co. KG",
        "Acme Gesellschaft mbH",
        "Acme UG (haftungsbeschränkt)",
        "Acme e. K.",
        "Acme Ges.m.b.H.",
        "Acme AG & Co. KG",
        "Acme Stiftung & Co. KG",
        "Acme S.à r.l.",
        "Acme SASU",
        "Acme et Cie",
        "Acme S.r.l.",
        "Acme S.p.A.",
        "Acme S.L.U.",
        "Acme S.A.U.",
        "Acme S.A. de C.V.",
        "Acme S. de R.L. de C.V.",
        "Acme S.A.P.I. de C.V.",
        "Acme C.A.",
        "Acme y Cia",
        "Acme Cía. Ltda.",
        "Acme LTDA - ME",
        "Acme EIRELI",
        "Acme Unipessoal Lda",
        "Acme S/A",
        "Acme Sp. z o.o.",
        "Acme Sp. z o. o.",
        "Acme sp.zo.o.",
        "Acme Spółka z ograniczoną odpowiedzialnością",
        "Acme Sp. z o.o. Sp. k.",
        "Acme, a. s.",
        "Acme spol. s r.o.",
        "Acme Kft.",
        "Acme d.o.o.",
        "Acme j.d.o.o.",
        "Acme EOOD",
        "Acme A.E.",
        "Acme B.V.",
        "Acme V.O.F.",
        "Acme A/S",
        "Acme Oy Ab",
        "Acme OÜ",
        "Acme UAB",
        'SIA "Acme"',
        "Acme Pty Ltd",
        "Acme (Pty) Ltd",
        "Acme (P) Ltd",
        "Acme Sdn. Bhd.",
        "PT. Acme Tbk",
        "Acme Co., Ltd.",
        "Acme Company Limited",
        "Acme Plc",
        "Acme P.C.",
        "Acme PJSC",
        "Acme W.L.L.",
        "Acme FZ-LLC",
        "Acme A.Ş.",
        "Acme San. ve Tic. Ltd. Şti.",
        "Acme Anonim Şirketi",
        "LLC Acme",
        "OOO Acme",
        "ООО «Acme»",
        'Общество с ограниченной ответственностью "Acme"',
        "ТОВ Acme",
        "株式会社Acme",
        "Acme株式会社",
        "㈱Acme",
        "(주)Acme",
        "주식회사 Acme",
        "Acme股份有限公司",
        "บริษัท Acme จำกัด",
        "Công ty TNHH Acme",
        "شركة Acme",
        "The Acme Company",
        "Acme and Company",
        "Acme Inc/Ltd",
        "ACME™ Inc.",
        "A.C.M.E.",
        "Ácme®",
        "Ａｃｍｅ",
        "ac\u00adme",
    ],
)
def test_the_legal_form_of_any_country_is_no_part_of_the_key(name):
    assert company_key(name) == "acme"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Kowalski Sp. z o.o.", "kowalski"),
        ("Müller & Söhne GmbH & Co. KG", "mullerandsohne"),
        ("Muller and Sohne", "mullerandsohne"),
        ("A&B", "aandb"),
        ("H & M", "handm"),
        ("Ørsted A/S", "orsted"),
        ("Łódź S.A.", "lodz"),
        ("L\u2019Oréal S.A.", "loreal"),
        ("Ben & Jerry's", "benandjerrys"),
        ("J.P. Morgan", "jpmorgan"),
        ("E.ON SE", "eon"),
        ("The Home Depot", "homedepot"),
        ("Acme (UK) Ltd", "acmeuk"),
        ("Acme CA", "acmeca"),
        ("株式会社アクメ", "アクメ"),
        ("ООО Ромашка", "ромашка"),
        ("ΔΕΗ Α.Ε.", "δεη"),
        ("3M", "3m"),
        ("37signals", "37signals"),
    ],
)
def test_spellings_of_one_name_have_one_key(name, key):
    assert company_key(name) == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Sia Partners", "siapartners"),
        ("A. O. Smith", "aosmith"),
        ("IP Group plc", "ipgroup"),
        ("AG Insurance", "aginsurance"),
        ("SAS Institute Inc.", "sasinstitute"),
        ("SE Ranking", "seranking"),
        ("Limited Brands", "limitedbrands"),
        ("Company Cafe", "companycafe"),
        ("Emailvision", "emailvision"),
        ("Self Esteem Brands", "selfesteembrands"),
        ("Test Rite", "testrite"),
        ("Unknown Worlds", "unknownworlds"),
        ("Private Label Co", "privatelabel"),
        ("Acme Holding AG", "acmeholding"),
    ],
)
def test_what_is_part_of_a_name_stays(name, key):
    assert company_key(name) == key


@pytest.mark.parametrize(
    "name",
    [
        None,
        " ",
        "GmbH",
        "GmbH & Co. KG",
        "S.A.",
        "株式会社",
        "(株)",
        "Co. Ltd.",
        "n/a",
        "N.A.",
        "k.A.",
        "-",
        "&",
        "12345",
        "X",
        "Email",
        "gmail.com",
        "Self-Employed",
        "freelancer",
        "Freelance Consultant",
        "Sole trader",
        "privat",
        "Privatperson",
        "Private person",
        "unknown",
        "[not provided]",
        "Test",
        "Test GmbH",
        "Example Inc.",
        "Company",
        "My Company",
        "The Company",
        "none of your business",
        "Stealth Startup",
        "keine Angabe",
        "selbständig",
        "Rentner",
        "particulier",
        "auto-entrepreneur",
        "sin empresa",
        "autónomo",
        "libero professionista",
        "pessoa física",
        "zzp",
        "osoba prywatna",
        "egyéni vállalkozó",
        "ИП",
        "частное лицо",
        "个人",
        "個人事業主",
        "프리랜서",
        "bireysel",
        "öğrenci",
    ],
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
