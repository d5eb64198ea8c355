import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.matching.domains import WebsiteReason, company_domain, read_website
from sync_project.matching.public_suffixes import company_part
from sync_project.matching.website_text import _split_values, parse_address, split_addresses


@pytest.mark.parametrize(
    "website",
    [
        "acme.com",
        "www.acme.com",
        "ACME.COM.",
        "https://acme.com/about",
        "HTTPS://WWW.ACME.COM:443/",
        "subdomain.acme.com",
        "www2.shop.acme.com",
        "acme.com?utm=1#top",
        "user:secret@acme.com:8080/x",
        "http://http://acme.com",
        "https://https//www.acme.com",
        "http:/acme.com",
        "http;//acme.com",
        "htp://acme.com",
        "hhtp://acme.com",
        "ttps://acme.com",
        "://acme.com",
        "//acme.com",
        "http//:acme.com",
        "http:\\\\acme.com\\about",
        "httpswww.acme.com",
        "www.http://acme.com",
        "http:// acme.com",
        "www. acme.com",
        "www acme com",
        "www,acme,com",
        "acme .com",
        "acme,com",
        "acme..com",
        '"acme.com"',
        "'acme.com'",
        "“acme.com”",
        "(acme.com)",
        "<https://acme.com>",
        "[Acme](https://acme.com)",
        '<a href="https://www.acme.com">Acme site</a>',
        "Website: www.acme.com",
        "https%3A%2F%2Facme.com%2F",
        "\u200bacme.com\u00a0",
        "\uff41\uff43\uff4d\uff45.com",
        "acme\u3002com",
        "Acme Inc. (acme.com)",
        "info@acme.com",
        "mailto:info@acme.com",
        "n/a, acme.com",
    ],
)
def test_every_spelling_of_a_website_is_one_domain(website):
    assert company_domain(website) == "acme.com"


@pytest.mark.parametrize(
    ("website", "expected"),
    [
        ("https://www.acme.co.uk/", "acme.co.uk"),
        ("shop.acme.com.au", "acme.com.au"),
        ("city.kobe.jp", "city.kobe.jp"),
        ("https://münchen.de", "xn--mnchen-3ya.de"),
        ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("食狮.公司.cn", "xn--85x722f.xn--55qx5d.cn"),
        ("acme.weebly.com", "acme.weebly.com"),
        ("acme.tumblr.com/post/1", "acme.tumblr.com"),
        ("www.weebly.com", "weebly.com"),
        ("acme.github.io/docs", "acme.github.io"),
        ("github.io", "github.io"),
        ("facebook.com", "facebook.com"),
        ("https://www.linkedin.com/", "linkedin.com"),
        ("x.com", "x.com"),
        ("notfacebook.com/acme", "notfacebook.com"),
        ("facebook.com.acme.de/login", "acme.de"),
        ("3m.com", "3m.com"),
        ("www.com", "www.com"),
        ("my_shop.acme.com", "acme.com"),
        ("gmail.com", "gmail.com"),
    ],
)
def test_the_registrable_domain_is_what_counts(website, expected):
    assert company_domain(website) == expected


@pytest.mark.parametrize(
    ("website", "reason"),
    [
        (None, WebsiteReason.EMPTY),
        ("  ", WebsiteReason.EMPTY),
        ("n/a", WebsiteReason.FILLER),
        ("N.A.", WebsiteReason.FILLER),
        ("none", WebsiteReason.FILLER),
        ("coming soon", WebsiteReason.FILLER),
        ("-", WebsiteReason.FILLER),
        ("http://", WebsiteReason.FILLER),
        ("https://www.", WebsiteReason.FILLER),
        ("test.com", WebsiteReason.FILLER),
        ("www.example.org/about", WebsiteReason.FILLER),
        ("facebook.com/acme", WebsiteReason.SOCIAL_PAGE),
        ("https://de.linkedin.com/company/acme/", WebsiteReason.SOCIAL_PAGE),
        ("m.facebook.com/profile.php?id=1", WebsiteReason.SOCIAL_PAGE),
        ("https://sites.google.com/site/acme", WebsiteReason.SOCIAL_PAGE),
        ("https://www.google.com/maps/place/acme", WebsiteReason.SOCIAL_PAGE),
        ("medium.com/@acme", WebsiteReason.SOCIAL_PAGE),
        ("pinterest.co.uk/acme", WebsiteReason.SOCIAL_PAGE),
        ("joe@gmail.com", WebsiteReason.FREE_MAIL),
        ("192.168.0.1", WebsiteReason.IP_ADDRESS),
        ("http://[2001:db8::1]:80/", WebsiteReason.IP_ADDRESS),
        ("co.uk", WebsiteReason.PUBLIC_SUFFIX),
        ("acme.con", WebsiteReason.UNKNOWN_TOP_LEVEL),
        ("intranet.local", WebsiteReason.UNKNOWN_TOP_LEVEL),
        ("localhost", WebsiteReason.SINGLE_LABEL),
        ("Acme GmbH", WebsiteReason.SINGLE_LABEL),
        ("acme_corp.com", WebsiteReason.INVALID),
        ("at&t.com", WebsiteReason.INVALID),
    ],
)
def test_what_names_no_company_says_why(website, reason):
    reading = read_website(website)
    assert (reading.domain, reading.reason) == (None, reason)


@pytest.mark.parametrize(
    ("website", "domain", "alternates"),
    [
        ("acme.com; acme.de", "acme.com", ("acme.de",)),
        ("www.acme.com acme.com/de", "acme.com", ()),
        ("facebook.com/acme, acme.com", "acme.com", ()),
        ("https://acme.comhttps://acme.de", "acme.com", ("acme.de",)),
        ("acme.com<br>acme.de | acme.fr", "acme.com", ("acme.de", "acme.fr")),
        ("joe@gmail.com / acme.de", "acme.de", ()),
    ],
)
def test_of_several_values_the_first_good_one_counts(website, domain, alternates):
    reading = read_website(website)
    assert (reading.domain, reading.alternates) == (domain, alternates)


@pytest.mark.parametrize(
    ("website", "expected"),
    [
        ("https://www.shop.acme.com/x", "shop.acme.com"),
        ("www3.acme.com", "acme.com"),
        ("wwww.acme.com", "wwww.acme.com"),
        ("facebook.com/acme", None),
    ],
)
def test_subdomains_can_be_kept(website, expected):
    assert company_domain(website, keep_subdomain=True) == expected


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40) | st.text(alphabet="acmw:/.@-,; htps\u200bü%[]<>", max_size=40))
def test_any_text_is_read_without_an_error_and_a_domain_is_its_own_domain(website):
    domain = company_domain(website)
    assert domain is None or company_part(domain) == domain


@settings(max_examples=300, deadline=None)
@given(
    st.from_regex(r"(https?://)?(www\.|http\.|ftp\.)?[a-z0-9-]{1,6}(\.[a-z0-9-]{1,5}){0,3}/?", fullmatch=True)
)
def test_the_short_way_for_usual_values_reads_the_same(website):
    long_way = [address for each in _split_values(website) if (address := parse_address(each)).host]
    assert split_addresses(website) == long_way
