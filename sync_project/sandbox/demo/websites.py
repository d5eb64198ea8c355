"""How a company's domain looks in a website field, and which domain a reader should get back out of it."""

from collections.abc import Mapping
from random import Random
from types import MappingProxyType

from sync_project.sandbox.demo.planted import WebsiteForm

SITE_BUILDERS = ("wordpress.com", "github.io")
TYPED: Mapping[WebsiteForm, tuple[str, ...]] = MappingProxyType(
    {
        WebsiteForm.PLAIN: ("{domain}",),
        WebsiteForm.WWW: ("www.{domain}",),
        WebsiteForm.HTTP: ("http://{domain}",),
        WebsiteForm.HTTPS_WWW: ("https://www.{domain}", "https://www.{domain}/"),
        WebsiteForm.DEEP_URL: (
            "https://www.{domain}/about-us",
            "https://www.{domain}/en/products/overview?utm_source=crm",
            "https://{domain}/contact#team",
            "{domain}/index.php?id=42&lang=de",
        ),
        WebsiteForm.UPPER_CASE: ("HTTPS://WWW.{upper}", "{upper}"),
        WebsiteForm.PORT: ("http://{domain}:8080/", "{domain}:8443"),
        WebsiteForm.SUBDOMAIN: ("https://shop.{domain}", "careers.{domain}", "http://eu.go.{domain}/"),
        WebsiteForm.TWO_URLS: (
            "www.{domain}; https://www.linkedin.com/company/{label}",
            "https://{domain}, https://shop.{domain}",
        ),
        WebsiteForm.TENANT: ("https://{tenant}/", "{tenant}"),
        WebsiteForm.SOCIAL: (
            "https://www.linkedin.com/company/{label}",
            "https://www.facebook.com/{label}",
        ),
        WebsiteForm.FILLER: ("n/a", "N/A", "none", "-", "tbd", "no website"),
    }
)


def write_website(form: WebsiteForm, *, domain: str, rng: Random) -> str | None:
    """The text that somebody typed for this domain; None for the empty form."""
    if form is WebsiteForm.EMPTY:
        return None
    words = {
        "domain": domain,
        "label": _label(domain),
        "upper": domain.upper(),
        "tenant": tenant_host(domain),
    }
    return rng.choice(TYPED[form]).format_map(words)


def readable_domain(form: WebsiteForm, *, domain: str) -> str | None:
    """The domain that the website field gives away; None where it gives none."""
    if form in (WebsiteForm.SOCIAL, WebsiteForm.FILLER, WebsiteForm.EMPTY):
        return None
    return tenant_host(domain) if form is WebsiteForm.TENANT else domain


def tenant_host(domain: str) -> str:
    """The address of the company's page at a site builder.

    >>> tenant_host("aldercrestfreight.com")
    'aldercrestfreight.github.io'
    """
    label = _label(domain)
    return f"{label}.{SITE_BUILDERS[len(label) % len(SITE_BUILDERS)]}"


def _label(domain: str) -> str:
    return domain.partition(".")[0]
