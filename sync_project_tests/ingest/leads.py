"""Leads for tests of the import, and what the import logged."""

from sync_project.sandbox.loading import load_rows


def lead_id(number):
    return f"00Q00000000{number:04}EAA"


def make_lead(number, **changes):
    return {"Id": lead_id(number), "LastName": f"Lead {number}", "Company": "Acme"} | changes


def load_leads(sandbox, *leads):
    load_rows(sandbox, "Lead", leads)


def log(importer):
    return importer.rows(
        """SELECT imported_at, window_start, window_end, read_from, covered_until,
            row_count, changed_count, way
        FROM raw.import_log ORDER BY rowid"""
    )


def counted(counts):
    """Rows that came, rows that changed, rows of the table, API calls."""
    return (counts.row_count, counts.changed_count, counts.table_count, counts.call_count)
