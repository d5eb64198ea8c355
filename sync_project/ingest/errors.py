"""What can go wrong while the org is brought in; nothing was changed in the warehouse then.

IngestError
├── OtherOrgError        the warehouse belongs to another org
├── NothingVisibleError  the integration user sees none of the objects
├── NotDescribedError    an object is read before anything told what fields it has
├── NotReconciledError   what arrived cannot be trusted to be all
│   ├── ShortReadError   fewer or more rows arrived than the org counted
│   ├── EmptyReadError   no row arrived where some are expected
│   └── ShrunkTableError more of a table would go at once than the settings allow
├── PullFilterError      the org does not run the query with the pull filter of the settings
├── UnreadableValueError a value does not fit the type that describe gives its field
├── OverBudgetError      the import would take more API calls than are allowed
├── AudienceError        a list view, report or query that tells no records
└── SchemaDriftError     the org shows an object or a field no more, or with another type

What goes wrong on the wire is in ``salesforce/errors.py``.
"""


class IngestError(Exception):
    """The parent of all; catch it to catch everything of this room."""


class OtherOrgError(IngestError):
    """The warehouse holds another org's data; mixing two would write one's scores into the other."""

    def __init__(self, *, known: str, found: str) -> None:
        self.known = known
        self.found = found
        super().__init__(
            f"This home holds data of the org {known}, and the credentials lead to the org {found}. "
            "Give every org a home of its own by SYNC_PROJECT_HOME; or move this home's warehouse.duckdb "
            "away to begin anew."
        )


class NothingVisibleError(IngestError):
    """The integration user sees none of the objects, so that nothing could be imported."""


class NotDescribedError(IngestError):
    """An object is read in a home that has never asked the org for its fields; nothing was read."""

    def __init__(self, object_name: str) -> None:
        self.object_name = object_name
        super().__init__(
            f"{object_name} cannot be read before the org has told its fields. Materialize raw.field first, "
            "or run the whole job, which begins with it."
        )


class NotReconciledError(IngestError):
    """What arrived cannot be trusted to be all; nothing of it was kept, and the next run reads it again."""

    def __init__(self, object_name: str, text: str, *, counted: int | None, arrived: int) -> None:
        self.object_name = object_name
        self.counted = counted
        """By the org; None where it was not asked."""
        self.arrived = arrived
        super().__init__(f"{object_name}: {text} Nothing of this read was kept.")


class ShortReadError(NotReconciledError):
    """The rows that arrived are not those that the org counted."""

    def __init__(self, object_name: str, *, counted: int, arrived: int) -> None:
        super().__init__(
            object_name,
            f"the org counted {counted:,} rows and {arrived:,} arrived. Run again; if it happens every "
            "time, set salesforce.bulk_above_rows to 1 to read by Bulk API.",
            counted=counted,
            arrived=arrived,
        )


class EmptyReadError(NotReconciledError):
    """No row arrived where some are expected."""

    def __init__(self, object_name: str, *, live_count: int) -> None:
        here = f"{live_count:,} are here" if live_count else "ingest.objects says expect_rows"
        super().__init__(
            object_name,
            f"not one record arrived, though {here}. Check that the integration user may see the records "
            "(sharing, View All), and the pull filter.",
            counted=0,
            arrived=0,
        )


class ShrunkTableError(NotReconciledError):
    """More of a table would go at once than the settings allow."""

    def __init__(self, object_name: str, *, gone_count: int, live_count: int, largest_pct: float) -> None:
        super().__init__(
            object_name,
            f"{gone_count:,} of {live_count:,} records are deleted or gone, more than the {largest_pct:g} % "
            "of ingest.largest_shrink_pct. If that is right, raise it for one run; if not, restore them from "
            "Salesforce's recycle bin, or give the integration user access to them again.",
            counted=None,
            arrived=live_count - gone_count,
        )


class PullFilterError(IngestError):
    """The org does not run the query with the pull filter of the settings; nothing was read."""

    def __init__(self, object_name: str, pull_filter: str, *, cause: str) -> None:
        self.object_name = object_name
        super().__init__(
            f"ingest.objects.{object_name}.filter is {pull_filter!r}, and the org refuses it: {cause} "
            "Give a SOQL condition on fields of the object, without WHERE."
        )


class UnreadableValueError(IngestError):
    """A value does not fit the type that describe gives its field; nothing of the read was kept."""

    def __init__(self, object_name: str, cause: str) -> None:
        self.object_name = object_name
        super().__init__(
            f"{object_name}: a value does not fit the type that the org describes for its field ({cause}). "
            f"Correct it in the org, or name the field in ingest.objects.{object_name}.left_out. "
            "Nothing of this read was kept."
        )


class OverBudgetError(IngestError):
    """The import would take more API calls than are allowed; none of its reads was begun."""

    def __init__(self, *, price: int, left: int) -> None:
        self.price = price
        self.left = left
        super().__init__(
            f"This import would take about {price:,} API calls, and {left:,} are left of "
            "salesforce.calls_per_run and calls_per_day. Raise them, import fewer days at once, or narrow "
            "the objects by ingest.objects and their filters. Nothing was read."
        )


class AudienceError(IngestError):
    """A list view, report or query that tells no records of its object; its members stay as they were."""


class SchemaDriftError(IngestError):
    """The org shows an object or a field no more, or with another type; nothing was changed here."""
