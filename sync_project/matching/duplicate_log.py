"""When duplicates were found and when they were gone; what is one is said in ``matched/duplicate.sql``."""

from datetime import datetime

import duckdb

from sync_project.warehouse.connection import as_timestamp
from sync_project.warehouse.models import ensure_table, load_models

TABLE = "matched.duplicate_log"

_FOUND = """
CREATE OR REPLACE TEMPORARY TABLE found AS
WITH member AS (
    SELECT
        duplicate.person_id AS record_id,
        person.record_type,
        duplicate.primary_person_id AS primary_record_id,
        primary_person.record_type AS primary_record_type,
        duplicate.certainty,
        duplicate.rule,
        duplicate.key
    FROM matched.duplicate AS duplicate
    INNER JOIN matched.person AS person ON duplicate.person_id = person.person_id
    INNER JOIN matched.person AS primary_person ON duplicate.primary_person_id = primary_person.person_id
    WHERE NOT duplicate.is_primary AND person.record_type <> 'Visitor'
)
SELECT * FROM member WHERE certainty = 'certain'
UNION ALL
SELECT member.* FROM member
ANTI JOIN (FROM member WHERE certainty = 'certain') AS certain
    ON member.record_id = certain.record_id AND member.primary_record_id = certain.primary_record_id
WHERE member.certainty = 'suspected'
UNION ALL
SELECT account_id, 'Account', keep_account_id, 'Account', certainty, rule, key FROM matched.account_duplicate
"""
_RESOLVE = f"""
UPDATE {TABLE} AS log SET resolved_at = $now
WHERE resolved_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM found
    WHERE found.record_id = log.record_id AND found.primary_record_id = log.primary_record_id
        AND found.certainty = log.certainty
)
"""
_DETECT = f"""
INSERT INTO {TABLE} BY NAME
SELECT found.*, $now AS detected_at
FROM found
ANTI JOIN (FROM {TABLE} WHERE resolved_at IS NULL) AS log
    ON found.record_id = log.record_id AND found.primary_record_id = log.primary_record_id
    AND found.certainty = log.certainty
ORDER BY found.primary_record_id, found.record_id
"""


def log_duplicates(connection: duckdb.DuckDBPyConnection, *, now: datetime) -> None:
    """Add what matched.duplicate and matched.account_duplicate found since the last time to the log."""
    ensure_table(load_models()[TABLE], connection=connection)
    connection.execute(_FOUND)
    for statement in (_RESOLVE, _DETECT):
        connection.execute(statement, {"now": as_timestamp(now)})
    connection.execute("DROP TABLE found")
