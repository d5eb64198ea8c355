"""What a browser would read in Markdown: the picture that it holds, or the lines of a table."""

import base64
import re
from xml.etree import ElementTree

from sync_project.pictures.markdown import NO_BREAK

SVG = "{http://www.w3.org/2000/svg}"


def read_picture(markdown: str) -> ElementTree.Element:
    """The SVG; fails unless the text is one picture and the picture is well formed."""
    [data] = re.fullmatch(r"!\[[^\]]+\]\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)", markdown).groups()
    return ElementTree.fromstring(base64.b64decode(data))


def list_texts(markdown: str) -> list[str]:
    return [each.text for each in read_picture(markdown).iter(f"{SVG}text")]


def list_marks(markdown: str, kind: str, **attributes: str) -> list[dict[str, str]]:
    """The attributes of all ``circle``, ``rect`` or ``path`` marks that have the given ones."""
    found = [each.attrib for each in read_picture(markdown).iter(f"{SVG}{kind}")]
    return [each for each in found if attributes.items() <= each.items()]


def lines(markdown: str) -> list[str]:
    return markdown.replace(NO_BREAK, " ").splitlines()
