"""Duplicate rules: a record that looks like another is refused, or saved when the caller insists.

A rule's ``action`` is alert or block; its ``fields`` say how each is compared with the same field of
``matchSobject``, exact or fuzzy.
"""

import re
import unicodedata

from sync_project.sandbox.database import quote
from sync_project.sandbox.errors import DuplicatesError
from sync_project.sandbox.records.admin_rules import Rule
from sync_project.sandbox.records.row_shape import shape_row
from sync_project.sandbox.records.write_context import Values, WriteContext, find_object, load_row
from sync_project.sandbox.schema import SObject

_MOST_MATCHES = 100
_LEGAL_FORM = re.compile(r"\b(incorporated|inc|corporation|corp|company|co|limited|ltd|llc|gmbh|ag|plc)\b\.?")
_EMAIL_TAG = re.compile(r"\+[^@]*(?=@)")


def check_duplicates(context: WriteContext, sobject: SObject, row: Values, *, before: Values | None) -> None:
    """Raise DuplicatesError when a rule finds records like the stored one."""
    for rule in context.rules.find("duplicate", sobject.name):
        names = list(_methods(rule))
        is_alert = rule["action"] == "alert"
        if (is_alert and context.options.allows_duplicates) or not _concerns(row, names, before=before):
            continue
        found = _find_matches(context, rule, row)
        if found:
            raise DuplicatesError(str(rule["message"]), result=_describe(context, rule, found))


def fuzzy_key(text: str) -> str:
    """What two spellings of one name or email have in common.

    >>> fuzzy_key("Acmé, Inc."), fuzzy_key("Ada+news@Example.com")
    ('acme', 'adaexamplecom')
    """
    plain = unicodedata.normalize("NFKD", _EMAIL_TAG.sub("", text.casefold()))
    return re.sub(r"[^a-z0-9]", "", _LEGAL_FORM.sub("", plain))


def _methods(rule: Rule) -> dict[str, str]:
    fields = rule["fields"]
    return fields if isinstance(fields, dict) else {}


def _concerns(row: Values, names: list[str], *, before: Values | None) -> bool:
    """A blank field matches nothing; an update is looked at when it changes a matched field."""
    is_complete = all(row[name] is not None for name in names)
    return is_complete and (before is None or any(before[name] != row[name] for name in names))


def _find_matches(context: WriteContext, rule: Rule, row: Values) -> list[str]:
    target = find_object(context.schema, str(rule["matchSobject"]))
    names = list(_methods(rule))
    exact = [name for name, method in _methods(rule).items() if method == "exact"]
    conditions = [f"{quote(name)} = ? COLLATE NOCASE" for name in exact]
    conditions += [f"{quote(name)} IS NOT NULL" for name in names if name not in exact]
    if "isconverted" in target.fields:
        conditions.append("NOT IsConverted")
    rows = context.connection.execute(
        f"SELECT Id, {', '.join(quote(name) for name in names)} FROM {quote(target.name)} "
        f"WHERE {' AND '.join(conditions)} AND NOT IsDeleted AND Id <> ? ORDER BY Id",
        (*(row[name] for name in exact), row["Id"]),
    )
    wanted = [fuzzy_key(str(row[name])) for name in names]
    found = [record_id for record_id, *values in rows if [fuzzy_key(str(each)) for each in values] == wanted]
    return found[:_MOST_MATCHES]


def _describe(context: WriteContext, rule: Rule, found: list[str]) -> dict[str, object]:
    target = find_object(context.schema, str(rule["matchSobject"]))
    records = [
        {
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100.0,
            "record": _show(context, target, record_id),
        }
        for record_id in found
    ]
    matched = {
        "entityType": target.name,
        "errors": [],
        "matchEngine": "FuzzyMatchEngine" if "fuzzy" in _methods(rule).values() else "ExactMatchEngine",
        "matchRecords": records,
        "rule": str(rule["name"]).replace("Duplicate", "Match"),
        "size": len(records),
        "success": True,
    }
    return {
        "allowSave": rule["action"] == "alert",
        "duplicateRule": rule["name"],
        "duplicateRuleEntityType": rule["sobject"],
        "errorMessage": rule["message"],
        "matchResults": [matched],
    }


def _show(context: WriteContext, target: SObject, record_id: str) -> dict[str, object]:
    fields = target.visible_fields if context.options.shows_duplicates else [target.fields["id"]]
    row = load_row(context.connection, target, record_id)
    return shape_row(target, row, fields=fields, version=context.options.version)
