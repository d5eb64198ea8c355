"""Tells the activity log of duplicates, each once. Merges nothing."""

import duckdb

from sync_project.warehouse.connection import fetch_row
from sync_project.warehouse.models import ensure_table, load_models

_TELL = """
INSERT INTO outbound.activity_log BY NAME
SELECT
    max(detected_at) AS logged_at,
    $run_id AS run_id,
    'duplicate' AS operation,
    primary_record_type AS record_type,
    primary_record_id AS record_id,
    primary_record_id AS subject_id,
    CAST(to_json(map([certainty], [list(record_id ORDER BY record_id)])) AS VARCHAR) AS field_changes,
    CASE certainty
        WHEN 'certain' THEN 'Merge or convert them in Salesforce as matched.to_merge says.'
        ELSE 'Look in matched.to_merge whether they are one, and merge or convert them in Salesforce.'
    END AS remedy
FROM matched.duplicate_log AS detection
WHERE resolved_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM outbound.activity_log AS log
    WHERE log.operation = 'duplicate' AND log.record_id = detection.primary_record_id
        AND log.logged_at >= detection.detected_at
)
GROUP BY primary_record_type, primary_record_id, certainty
ORDER BY primary_record_type, primary_record_id, certainty
"""


def tell_duplicates(connection: duckdb.DuckDBPyConnection, *, run_id: str) -> int:
    """Add what matched.duplicate_log newly detected to outbound.activity_log; returns the number of rows.

    These are one for each primary record and certainty, with all that was detected since it was last told.
    """
    ensure_table(load_models()["matched.duplicate_log"], connection=connection)
    told = fetch_row(connection, _TELL, {"run_id": run_id})
    return int(told[0]) if told else 0
