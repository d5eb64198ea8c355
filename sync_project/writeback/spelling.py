"""SQL expressions that spell a value as text, so that what Salesforce holds as equal is equal.

An expression in, an expression out: nothing is read here. Both sides of every comparison are spelled by
``spell``; what belongs to our side alone (HTML, shortening) is here too.
"""

from sync_project.writeback.target_fields import NUMBER_TYPES, TargetField

ELLIPSIS = "…"

BLANKS = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005"
    "\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""Unicode's white space, the value of ``$blanks``: cut off both ends; Salesforce cuts at least the end."""

CASELESS_TYPES = frozenset({"email", "picklist", "multipicklist"})
"""Salesforce lower-cases an email, and takes a picklist's value in any letter case [K]."""

# Salesforce encodes quotes in rich text too [K], so they are sent as they will be read back.
_HTML = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("''", "&#39;"))


def spell(value: str, field: TargetField) -> str:
    """A value as the field holds it: null for an empty text, a number rounded to the field's scale."""
    if field.type in NUMBER_TYPES:
        # Zero is added because minus nought is nought in Salesforce.
        return f"CAST(round(CAST({value} AS DOUBLE), {field.scale}) + 0.0 AS VARCHAR)"
    if field.type == "datetime":
        return spell_time(value)
    if field.type == "date":
        return f"strftime(CAST({value} AS TIMESTAMP), '%Y-%m-%d')"
    # A rep who edits a long text in the browser leaves the same lines parted in another way.
    return f"nullif(trim(replace(CAST({value} AS VARCHAR), chr(13), ''), $blanks), '')"


def spell_time(value: str) -> str:
    """A UTC timestamp as Salesforce reads it, to the second."""
    return f"strftime(CAST({value} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%SZ')"


def escape_html(value: str) -> str:
    """A text as rich text that shows the same.

    >>> escape_html("title").count("replace")
    5
    """
    for character, entity in _HTML:
        value = f"replace({value}, '{character}', '{entity}')"
    return value


def lay_out(value: str) -> str:
    """An escaped text as rich text: a paragraph for each line, a later one's words before a colon in bold."""
    paragraphs = f"replace(trim({value}, $blanks), chr(10), '</p><p>')"
    bold = f"regexp_replace({paragraphs}, '</p><p>([^:<]+:)', '</p><p><b>\\1</b>', 'g')"
    return f"'<p>' || {bold} || '</p>'"


def join_lines(value: str) -> str:
    """A text of several lines as one, for a field that shows no others."""
    return f"replace({value}, chr(10), ' ')"


def shorten(value: str, *, length: int, is_rich_text: bool) -> str:
    """A text that is too long, cut after a word, with an ellipsis; one without blanks is cut anywhere."""
    # Escaped text is full of semicolons, and half an entity would be shown as it stands.
    last_word = "\\s+\\S*$" if is_rich_text else "[\\s;,]+[^\\s;,]*$"
    cut = f"left(regexp_replace(left({value}, {length}), '{last_word}', ''), {length - 1})"
    if is_rich_text:
        cut = f"regexp_replace({cut}, '&[#a-z0-9]*$', '')"
    return f"{cut} || '{ELLIPSIS}'"


def same_but_for_case(one: str, other: str, field: TargetField) -> str:
    """``one``, or ``other`` where the field takes them for the same."""
    if field.type not in CASELESS_TYPES:
        return one
    return f"CASE WHEN lower({one}) = lower({other}) THEN {other} ELSE {one} END"
