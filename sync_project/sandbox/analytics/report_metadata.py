"""What a report is made of, as ``reportMetadata`` says it.

The keys are those of the Reports and Dashboards REST API guide. Matrix reports, buckets, cross
filters and standard filters are refused; what a report does not need to be run is left out.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from sync_project.sandbox.analytics.report_filters import find_duration, show_logic
from sync_project.sandbox.errors import ApiError


class _Part(BaseModel):
    """A JSON object whose unknown keys and nulls are passed over."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, coerce_numbers_to_str=True, frozen=True
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if value is not None}


class Filter(_Part):
    """One of ``reportFilters``."""

    column: str
    filter_type: str = "fieldValue"
    is_run_page_editable: bool = True
    operator: str = "equals"
    value: str = ""


class Grouping(_Part):
    """One of ``groupingsDown``."""

    date_granularity: str = "None"
    name: str
    sort_aggregate: str | None = None
    sort_order: Literal["Asc", "Desc"] = "Asc"


class Sort(_Part):
    """One of ``sortBy``."""

    sort_column: str
    sort_order: Literal["Asc", "Desc"] = "Asc"


class DateFilter(_Part):
    """``standardDateFilter``: a named duration has its first and last day filled in."""

    column: str = "CREATED_DATE"
    duration_value: str = "CUSTOM"
    end_date: str | None = None
    start_date: str | None = None


class ReportType(_Part):
    """``reportType``."""

    label: str = ""
    type: str


class ReportMetadata(_Part):
    """A report."""

    aggregates: list[str] = ["RowCount"]
    buckets: list[object] = Field(default=[], max_length=0)
    chart: object = None
    cross_filters: list[object] = Field(default=[], max_length=0)
    currency: str | None = None
    description: str | None = None
    detail_columns: list[str] = Field(default=[], max_length=100)
    developer_name: str | None = None
    division: str | None = None
    folder_id: str | None = None
    groupings_across: list[object] = Field(default=[], max_length=0)
    groupings_down: list[Grouping] = Field(default=[], max_length=3)
    has_detail_rows: bool = True
    has_record_count: bool = True
    historical_snapshot_dates: list[object] = Field(default=[], max_length=0)
    id: str | None = None
    name: str = Field(min_length=1)
    report_boolean_filter: str | None = None
    report_filters: list[Filter] = Field(default=[], max_length=20)
    report_format: str = "TABULAR"
    report_type: ReportType
    scope: str = "organization"
    show_grand_total: bool = True
    show_subtotals: bool = True
    sort_by: list[Sort] = []
    standard_date_filter: DateFilter = DateFilter()
    standard_filters: list[object] = Field(default=[], max_length=0)

    @model_validator(mode="after")
    def _check_columns(self) -> Self:
        for each in self.groupings_down:
            if each.name in self.detail_columns:
                raise ValueError(f"You can't include groupings in the selected columns list: {each.name}")
            if each.sort_aggregate not in {None, *self.aggregates}:
                raise ValueError(f"The aggregate {each.sort_aggregate} is not in the report")
        return self

    def as_body(self) -> dict[str, Any]:
        """``reportMetadata`` of a reply."""
        return self.model_dump(by_alias=True)


def read_metadata(
    stored: ReportMetadata | None, given: Mapping[str, object], *, today: date
) -> ReportMetadata:
    """A report with what a request changes; a null means the default. An ApiError where it cannot be."""
    try:
        metadata = ReportMetadata.model_validate({**(stored.as_body() if stored else {}), **given})
    except ValidationError as error:
        reasons = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise ApiError("BAD_REQUEST", "; ".join(reasons)) from error
    logic = metadata.report_boolean_filter
    return metadata.model_copy(
        update={
            "report_boolean_filter": show_logic(logic, count=len(metadata.report_filters)) if logic else None,
            "report_format": "SUMMARY" if metadata.groupings_down else "TABULAR",
            "standard_date_filter": fill_dates(metadata.standard_date_filter, today=today),
        }
    )


def fill_dates(given: DateFilter, *, today: date) -> DateFilter:
    """The first and last day of a named duration; an ApiError when there is none of that name."""
    if given.duration_value == "CUSTOM":
        return given
    days = find_duration(given.duration_value, today=today)
    if days is None:
        raise ApiError(
            "BAD_REQUEST",
            f"The duration {given.duration_value} specified for the standard date filter is invalid.",
        )
    last = days[1] - timedelta(days=1)
    return given.model_copy(update={"start_date": days[0].isoformat(), "end_date": last.isoformat()})
