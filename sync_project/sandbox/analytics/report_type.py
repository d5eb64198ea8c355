"""The columns that a report has and those that its type offers, as the other two metadata parts tell them."""

from typing import Any

from sync_project.sandbox.analytics.report_columns import Column, find_column
from sync_project.sandbox.analytics.report_filters import operators_of
from sync_project.sandbox.analytics.report_metadata import ReportMetadata
from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.schema import NUMBER_TYPES, Field, Schema

_AGGREGATE_LABELS = {
    "s": "Sum of {}",
    "a": "Average {}",
    "mx": "Largest {}",
    "m": "Smallest {}",
    "u": "Unique {}",
}


class ReportColumns:
    """The columns of a report by the part they play."""

    def __init__(self, schema: Schema, metadata: ReportMetadata) -> None:
        kind = metadata.report_type.type
        found = schema.find_object(kind) or schema.find_object(kind.removesuffix("List"))
        if found is None:
            raise ApiError("BAD_REQUEST", f"The report type {kind} is invalid.")
        self.sobject = found
        self._schema = schema
        names = [each.name for each in found.visible_fields if each.name_field] or ["Id"]
        wanted = metadata.detail_columns or [f"{found.name}.{names[0]}"]
        self.details = [self.find(each) for each in wanted]
        self.groups = [self.find(each.name) for each in metadata.groupings_down]
        self.aggregates = {each: self._find_aggregated(each) for each in metadata.aggregates}

    def find(self, name: str) -> Column:
        """The column of that name."""
        return find_column(self._schema, self.sobject, name)

    def _find_aggregated(self, name: str) -> Column | None:
        """The column behind ``s!AMOUNT``; None for RowCount."""
        kind, _, column = name.partition("!")
        if name == "RowCount":
            return None
        found = self.find(column) if kind in _AGGREGATE_LABELS else None
        if found is None or (kind in {"a", "s"} and found.field.type not in NUMBER_TYPES):
            raise ApiError("BAD_REQUEST", f"The aggregate {name} is invalid.")
        return found

    def complete(self, metadata: ReportMetadata) -> dict[str, Any]:
        """``reportMetadata`` with what its type adds."""
        return metadata.as_body() | {
            "detailColumns": [each.name for each in self.details],
            "reportType": {"label": self.sobject.label_plural, "type": metadata.report_type.type},
        }

    def extended_metadata(self) -> dict[str, Any]:
        """``reportExtendedMetadata``: types and labels."""
        groups = {
            each.name: _describe(each) | {"groupingLevel": level} for level, each in enumerate(self.groups)
        }
        return {
            "aggregateColumnInfo": {
                name: _describe_aggregate(name, column) for name, column in self.aggregates.items()
            },
            "detailColumnInfo": {each.name: _describe(each) for each in self.details},
            "groupingColumnInfo": groups,
        }

    def type_metadata(self) -> dict[str, Any]:
        """``reportTypeMetadata``: what a report of this type may show and filter by."""
        fields = [each for each in self.sobject.visible_fields if not each.is_compound]
        columns = {f"{self.sobject.name}.{each.name}": _describe_field(each) for each in fields}
        scopes = {"organization": "All", "user": "My"}
        return {
            "categories": [{"columns": columns, "label": f"{self.sobject.label} Information"}],
            "dataTypeFilterOperatorMap": {
                each: [{"label": name, "name": name} for name in operators_of(each)]
                for each in sorted({field.type for field in fields})
            },
            "scopeInfo": {
                "defaultValue": "organization",
                "values": [
                    {"allowsDivision": False, "label": f"{word} {self.sobject.label_plural}", "value": name}
                    for name, word in scopes.items()
                ],
            },
            # Durations are known by their names, not listed.
            "standardDateFilterDurationGroups": [],
            "standardFilterInfos": {},
        }


def _describe(column: Column) -> dict[str, Any]:
    return {"dataType": column.field.type, "label": column.label}


def _describe_aggregate(name: str, column: Column | None) -> dict[str, Any]:
    kind, _, _ = name.partition("!")
    return {
        "acrossGroupingContext": None,
        "dataType": "int" if column is None or kind == "u" else column.field.type,
        "downGroupingContext": None,
        "label": "Record Count" if column is None else _AGGREGATE_LABELS[kind].format(column.label),
    }


def _describe_field(field: Field) -> dict[str, Any]:
    return {
        "dataType": field.type,
        "filterValues": [{"label": each.label, "name": each.value} for each in field.picklist],
        "filterable": field.filterable,
        "isLookup": field.type == "reference" or field.name_field,
        "label": field.label,
    }
