"""How describes differ from those that CumulusCI's authors recorded from real orgs.

``recorded_describes.jsonl`` is a digest of them: what is usual for a field, then each object followed by
its standard fields, of which only the unusual is told; picklist entries are value, label, default.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

DIGEST = Path(__file__).parent / "recorded_describes.jsonl"
Described = Mapping[str, object]

OF_THAT_ORG = {
    ("Contact", "Salutation", "picklistValues"),
    ("Event", "RecurrenceTimeZoneSidKey", "picklistValues"),
    ("Event", "WhatId", "referenceTo"),
    ("Opportunity", "StageName", "picklistValues"),
}
"""Chosen by that org's admin, or naming objects and time zones that this org has not."""
NOT_FOLLOWED = {
    ("Account", "JigsawCompanyId", "relationshipName"),
    ("Case", "Comments", "byteLength"),
    ("Contact", "JigsawContactId", "relationshipName"),
    ("Event", "RecurrenceDayOfMonth", "digits"),
    ("Event", "RecurrenceDayOfWeekMask", "digits"),
    ("Event", "RecurrenceInterval", "digits"),
    ("Lead", "JigsawContactId", "relationshipName"),
    ("Opportunity", "Fiscal", "byteLength"),
}
"""Odd ones that no client reads."""


def read_digest() -> Iterator[tuple[Described, list[Described]]]:
    """Each recorded object with its fields, all of their keys filled in."""
    first, *lines = map(json.loads, DIGEST.read_text(encoding="utf-8").splitlines())
    objects: list[tuple[Described, list[Described]]] = []
    for line in lines:
        if "object" in line:
            objects.append((line["object"], []))
        else:
            objects[-1][1].append(first["usual"] | line)
    yield from objects


def shorten(field: Described) -> Described:
    """A field as the digest writes it."""
    entries = [[each["value"], each["label"], each["defaultValue"]] for each in field["picklistValues"]]
    return {**field, "picklistValues": entries}


def differences(sobject: str, recorded: list[Described], ours: list[Described]) -> set[tuple[str, str, str]]:
    """Object, field and key of what is told otherwise, or not at all; an absent field has the key ``""``."""
    known = {each["name"]: each for each in ours}
    found = set()
    for field in recorded:
        own = known.get(field["name"])
        if own is None:
            found.add((sobject, field["name"], ""))
        else:
            found |= {(sobject, field["name"], key) for key in field if own.get(key, "absent") != field[key]}
    return found
