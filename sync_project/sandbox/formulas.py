"""Formula fields: a field path over parents, optionally in TEXT(), and texts joined with ``&``.

``Account.Industry`` or ``Owner.Name & " / " & TEXT(Account.Rating)``. A formula becomes SQL over its
own row, so that it is computed whenever it is read. Every other formula is refused.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.schema import ROW, Field, Schema, SObject

_TOKENS = re.compile(r'\s*(?:"(?P<text>[^"\0]*)"|TEXT\(\s*(?P<shown>[\w.]+)\s*\)|(?P<path>[\w.]+))\s*', re.I)


def compile_formula(schema: Schema, sobject: SObject, formula: str) -> str:
    """The formula as SQL over a row called ROW; FIELD_INTEGRITY_EXCEPTION when this org cannot read it."""
    terms = [_term_sql(schema, sobject, term) for term in _split(formula)]
    return terms[0] if len(terms) == 1 else "(" + " || ".join(f"COALESCE({each}, '')" for each in terms) + ")"


def with_formulas(schema: Schema) -> Schema:
    """The schema with the SQL of its formula fields; one whose parents are gone is null."""
    objects = dict(schema.objects)
    for key, sobject in schema.objects.items():
        if any(each.formula is not None for each in sobject.fields.values()):
            fields = {name: _with_sql(schema, sobject, each) for name, each in sobject.fields.items()}
            objects[key] = replace(sobject, fields=fields)
    return replace(schema, objects=objects)


def _with_sql(schema: Schema, sobject: SObject, field: Field) -> Field:
    if field.formula is None:
        return field
    try:
        return replace(field, formula_sql=compile_formula(schema, sobject, field.formula))
    except ApiError:
        return replace(field, formula_sql="NULL")


def _split(formula: str) -> Iterator[re.Match[str]]:
    """The terms between ``&``."""
    at = 0
    while True:
        term = _TOKENS.match(formula, at)
        if term is None:
            raise _refusal(f"Syntax error at position {at}: only field paths, TEXT() and & are known here")
        yield term
        at = term.end()
        if at == len(formula):
            return
        if formula[at] != "&":
            raise _refusal(f"Syntax error. Extra {formula[at]}")
        at += 1


def _term_sql(schema: Schema, sobject: SObject, term: re.Match[str]) -> str:
    if term["text"] is not None:
        return "'" + term["text"].replace("'", "''") + "'"
    return _path_sql(schema, sobject, (term["shown"] or term["path"]).split("."), row=ROW)


def _path_sql(schema: Schema, sobject: SObject, names: Sequence[str], *, row: str) -> str:
    if len(names) == 1:
        field = sobject.fields.get(names[0].lower())
        if field is None or not field.is_stored:
            raise _refusal(f"Field {names[0]} does not exist. Check spelling.")
        return field.sql_of(row)
    reference = sobject.find_relationship(names[0])
    targets = (
        [found for each in reference.reference_to if (found := schema.find_object(each))] if reference else []
    )
    if reference is None or not targets:
        raise _refusal(f"Field {names[0]} does not exist. Check spelling.")
    alias = f"f{len(names)}"
    parents = [
        f'(SELECT {_path_sql(schema, each, names[1:], row=alias)} FROM "{each.name}" AS {alias} '
        f'WHERE {alias}."Id" = {reference.sql_of(row)})'
        for each in targets
    ]
    return parents[0] if len(parents) == 1 else f"COALESCE({', '.join(parents)})"


def _refusal(reason: str) -> ApiError:
    return ApiError("FIELD_INTEGRITY_EXCEPTION", reason)
