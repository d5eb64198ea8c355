import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.matching.domains import WebsiteReason, company_domain, read_website
from sync_project.matching.texts.public_suffixes import company_part
from sync_project.matching.texts.website_text import _split_values, parse_address, split_addresses


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
        "acme.com:port",
        "acme.com@",
        "acme.com&utm=1",
        "acme.com;jsessionid=1",
        "http://http://acme.com",
        "https://https//www.acme.com",
        "http:/acme.com",
        "http;//acme.com",
        "htp://acme.com",
        "hhtp://acme.com",
        "hxxp://acme.com",
        "gttp://acme.com",
        "ttps://acme.com",
        "://acme.com",
        "//acme.com",
        "http//:acme.com",
        "http.//acme.com",
        "http:\\\\acme.com\\about",
        "httpswww.acme.com",
        "www.http://acme.com",
        "www/acme.com",
        "http://www:acme.com",
        "view-source:https://acme.com",
        "http:// acme.com",
        "http://acme.com/http://acme.com",
        "www. acme.com",
        "www acme com",
        "www,acme,com",
        "acme .com",
        "acme,com",
        "acme dot com",
        "acme..com",
        '"acme.com"',
        "'acme.com'",
        "“acme.com”",
        "「acme.com」",
        "(acme.com)",
        "<https://acme.com>",
        "[Acme](https://acme.com)",
        '<a href="https://www.acme.com">Acme site</a>',
        '<a href="#">acme.com</a>',
        '=HYPERLINK("http://acme.com", "Acme")',
        '["acme.com"]',
        "&lt;acme.com&gt;",
        "Website: www.acme.com",
        "Acme:acme.com",
        "Acme Inc. (acme.com)",
        "1. acme.com",
        "@acme.com",
        "acme.com…",
        "https%3A%2F%2Facme.com%2F",
        "acme%2Ecom",
        "acme.com%20",
        "acme[.]com",
        "hxxps://acme[dot]com",
        "\u200bacme.com\u00a0",
        "ac\u00adme.com",
        "\uff41\uff43\uff4d\uff45.com",
        "acme\u3002com",
        "info@acme.com",
        "mailto:info@acme.com?subject=Hello",
        "info(at)acme.com",
        "n/a, acme.com",
        "http(s)://(www.)acme.com",
        "https:\\/\\/acme.com\\/about",
        "http=//acme.com",
        "<http://acme.com|acme.com>",
        '{"url": "https://acme.com"}',
        "tel: 030.123.45, acme.com",
        "Acme, 5th Ave. 12, www.acme.com",
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
        ("http://www.www.com", "www.com"),
        ("n-a.com", "n-a.com"),
        ("acme\u2013corp.com", "acme-corp.com"),
        ("acme. co. uk", "acme.co.uk"),
        ("school.county.sch.uk", "school.county.sch.uk"),
        ("acme.k12.ca.us", "acme.k12.ca.us"),
        ("xn--80ak6aa92e.com", "xn--80ak6aa92e.com"),
        ("ab--cd.com", "ab--cd.com"),
        ("1.1.1.1.com", "1.com"),
        ("acme.zoom.us", "acme.zoom.us"),
        ("acme.crm4.dynamics.com", "acme.crm4.dynamics.com"),
        ("t.co", "t.co"),
        ("www.gov.uk", "www.gov.uk"),
        ("straße.de", "xn--strae-oqa.de"),
        ("www.пример.рф/путь", "xn--e1afmkfd.xn--p1ai"),
        ("acme.blogspot.com.br", "acme.blogspot.com.br"),
        ("acme.substack.com/p/news", "acme.substack.com"),
        ("acme.slack.com", "acme.slack.com"),
        ("acme.etsy.com/listing/1", "acme.etsy.com"),
        ("www.acme.wordpress.com", "acme.wordpress.com"),
        ("shop.acme.hubspotpagebuilder.com", "acme.hubspotpagebuilder.com"),
        ("acme.jobs.personio.de", "acme.jobs.personio.de"),
        ("acme.en.alibaba.com", "acme.en.alibaba.com"),
        ("support.wix.com", "wix.com"),
        ("maps.google.com", "google.com"),
        ("amazon.com/about", "amazon.com"),
        ("https://aws.amazon.com/what-is-aws", "amazon.com"),
        ("apple.com/de/business", "apple.com"),
        ("https://dropbox.com/business", "dropbox.com"),
        ("examplecorp.com", "examplecorp.com"),
        ("test.de", "test.de"),
        ("acme.com/facebook.com", "acme.com"),
        ("acme.com/?ref=facebook.com/acme", "acme.com"),
        ("https://acme.com/login?next=https%3A%2F%2Fother.com", "acme.com"),
        ("https://www.google.com/url?q=https://acme.de/&sa=D", "acme.de"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Facme.de%2F&h=x", "acme.de"),
        ("https://web.archive.org/web/2020/http://www.acme.de/", "acme.de"),
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
        ("k.A.", WebsiteReason.FILLER),
        ("Pas de site", WebsiteReason.FILLER),
        ("Нет сайта", WebsiteReason.FILLER),
        ("없음", WebsiteReason.FILLER),
        ("www.na", WebsiteReason.FILLER),
        ("example.co.uk", WebsiteReason.FILLER),
        ("www.your-company.de", WebsiteReason.FILLER),
        ("Acme Co.Ltd.", WebsiteReason.FILLER),
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
        ("x.com/acme", WebsiteReason.SOCIAL_PAGE),
        ("m.vk.com/acme", WebsiteReason.SOCIAL_PAGE),
        ("ok.ru/group/1", WebsiteReason.SOCIAL_PAGE),
        ("weibo.com/acme", WebsiteReason.SOCIAL_PAGE),
        ("mp.weixin.qq.com/s/abc", WebsiteReason.SOCIAL_PAGE),
        ("line.me/R/ti/p/@acme", WebsiteReason.SOCIAL_PAGE),
        ("pf.kakao.com/_abc", WebsiteReason.SOCIAL_PAGE),
        ("m.blog.naver.com/acme", WebsiteReason.SOCIAL_PAGE),
        ("t.me/acme", WebsiteReason.SOCIAL_PAGE),
        ("api.whatsapp.com/send?phone=1", WebsiteReason.SOCIAL_PAGE),
        ("linktr.ee/acme", WebsiteReason.SOCIAL_PAGE),
        ("mastodon.social/@acme", WebsiteReason.SOCIAL_PAGE),
        ("bsky.app/profile/acme.com", WebsiteReason.SOCIAL_PAGE),
        ("substack.com/@acme", WebsiteReason.SOCIAL_PAGE),
        ("google.com/+acme", WebsiteReason.SOCIAL_PAGE),
        ("https://maps.google.com/?cid=1", WebsiteReason.SOCIAL_PAGE),
        ("https://www.google.de/maps/place/Acme", WebsiteReason.SOCIAL_PAGE),
        ("https://www.amazon.de/Acme-Widget/dp/B0", WebsiteReason.SOCIAL_PAGE),
        ("ebay.co.uk/usr/acme", WebsiteReason.SOCIAL_PAGE),
        ("https://www.etsy.com/de/shop/acme", WebsiteReason.SOCIAL_PAGE),
        ("tripadvisor.com.br/Hotel_Review", WebsiteReason.SOCIAL_PAGE),
        ("https://apps.apple.com/us/app/acme/id1", WebsiteReason.SOCIAL_PAGE),
        ("bit.ly/acme", WebsiteReason.SOCIAL_PAGE),
        ("www.facebook.com/#!/acme", WebsiteReason.SOCIAL_PAGE),
        ("www.facebook,com/acme", WebsiteReason.SOCIAL_PAGE),
        ("facebok.com/acme", WebsiteReason.SOCIAL_PAGE),
        ("en.wikipedia.org/wiki/Acme", WebsiteReason.SOCIAL_PAGE),
        ("facebook.com/acme.com", WebsiteReason.SOCIAL_PAGE),
        ("joe@gmail.com", WebsiteReason.FREE_MAIL),
        ("@t-online.de", WebsiteReason.FREE_MAIL),
        ("joe@mailinator.com", WebsiteReason.FREE_MAIL),
        ("192.168.0.1", WebsiteReason.IP_ADDRESS),
        ("\uff11\uff19\uff12.168.0.1", WebsiteReason.IP_ADDRESS),
        ("http://[2001:db8::1]:80/", WebsiteReason.IP_ADDRESS),
        ("co.uk", WebsiteReason.PUBLIC_SUFFIX),
        ("acme.con", WebsiteReason.UNKNOWN_TOP_LEVEL),
        ("intranet.local", WebsiteReason.UNKNOWN_TOP_LEVEL),
        ("localhost", WebsiteReason.SINGLE_LABEL),
        ("Acme GmbH", WebsiteReason.SINGLE_LABEL),
        ("Acme, Inc", WebsiteReason.SINGLE_LABEL),
        ("Acme Pty. Ltd.", WebsiteReason.SINGLE_LABEL),
        ("Denver, CO", WebsiteReason.SINGLE_LABEL),
        ("http://localhost:3000", WebsiteReason.SINGLE_LABEL),
        ("@acme", WebsiteReason.SINGLE_LABEL),
        ("acme_corp.com", WebsiteReason.INVALID),
        ("at&t.com", WebsiteReason.INVALID),
        ("xn--a.de", WebsiteReason.INVALID),
        ("javascript:void(0)", WebsiteReason.INVALID),
        ("tel:+49.30.123", WebsiteReason.INVALID),
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
        ("acme.com und acme.de", "acme.com", ("acme.de",)),
        ("acme.com、acme.jp", "acme.com", ("acme.jp",)),
        ("acme.com\u2192acme.de", "acme.com", ("acme.de",)),
        ("acme.com\u2014our shop", "acme.com", ()),
        ("acme.con 10.0.0.1 test.com acme.com", "acme.com", ()),
        ("[acme.com](http://example.org/x)", "acme.com", ()),
        ("twitter.com/acme linkedin.com/company/acme", None, ()),
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
        ("www.gov.uk", "www.gov.uk"),
        ("www.com", "www.com"),
        ("jane@mail.acme.com", "mail.acme.com"),
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
