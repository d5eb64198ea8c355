"""What can go wrong while the org is brought in; nothing was changed in the warehouse then.

IngestError
├── OtherOrgError        the warehouse belongs to another org
├── NothingVisibleError  the integration user sees none of the objects
├── ShortReadError       fewer or more rows arrived than the org announced
└── SchemaDriftError     a field changed its type, and rows hold values of the old one

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


class ShortReadError(IngestError):
    """The rows that arrived do not add up to what the org announced."""

    def __init__(self, object_name: str, *, announced: int, arrived: int) -> None:
        self.object_name = object_name
        self.announced = announced
        self.arrived = arrived
        super().__init__(
            f"{object_name}: the org announced {announced:,} rows and {arrived:,} arrived; none was kept. "
            "Run again; if it happens every time, set salesforce.bulk_above_rows to 1 to read by Bulk API."
        )


class SchemaDriftError(IngestError):
    """A field of the org changed its type; nothing was changed in the warehouse."""
