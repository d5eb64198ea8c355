"""Which record an email address is linked to. Links are kept from run to run: the last ones decide too."""

from datetime import datetime

import duckdb

from sync_project.warehouse.connection import as_timestamp
from sync_project.warehouse.models import build_table, count_rows, ensure_table, load_models

TABLE = "matched.record_link"

_LINKS = """
CREATE OR REPLACE TEMPORARY TABLE new_link AS
WITH holder AS (
    SELECT person.person_id, person.email_normalized, person_order.place
    FROM matched.person AS person
    INNER JOIN matched.person_order AS person_order ON person.person_id = person_order.person_id
    WHERE person.record_type <> 'Visitor'
        AND person.email_normalized IS NOT NULL
        AND person.email_kind <> 'placeholder'
),
best AS (
    SELECT email_normalized, arg_min(person_id, place) AS record_id
    FROM holder
    GROUP BY email_normalized
),
kept AS (
    SELECT link.email_normalized, holder.person_id AS record_id
    FROM matched.record_link AS link
    LEFT JOIN matched.record_redirect AS redirect ON link.record_id = redirect.record_id
    INNER JOIN holder
        ON coalesce(redirect.final_record_id, link.record_id) = holder.person_id
        AND link.email_normalized = holder.email_normalized
),
corrected AS (
    SELECT override.key AS email_normalized, holder.person_id AS record_id
    FROM matched.override AS override
    INNER JOIN holder
        ON override.target_id = holder.person_id AND override.key = holder.email_normalized
    WHERE override.kind = 'email' AND override.decision = 'is'
),
chosen AS (
    SELECT best.email_normalized, coalesce(corrected.record_id, kept.record_id, best.record_id) AS record_id
    FROM best
    LEFT JOIN corrected ON best.email_normalized = corrected.email_normalized
    LEFT JOIN kept ON best.email_normalized = kept.email_normalized
)
SELECT
    chosen.email_normalized,
    chosen.record_id,
    CASE WHEN link.record_id = chosen.record_id THEN link.linked_at ELSE $now END AS linked_at,
    CASE
        WHEN link.record_id IS NULL THEN []
        WHEN link.record_id = chosen.record_id THEN link.previous_record_ids
        ELSE list_append(link.previous_record_ids, link.record_id)
    END AS previous_record_ids
FROM chosen
LEFT JOIN matched.record_link AS link ON chosen.email_normalized = link.email_normalized
"""


def link_records(connection: duckdb.DuckDBPyConnection, *, now: datetime) -> int:
    """Bring matched.record_link up to the people as they are now; returns its row count."""
    model = load_models()[TABLE]
    ensure_table(model, connection=connection)
    connection.execute(_LINKS, {"now": as_timestamp(now)})
    build_table(model, connection=connection, parameters={})
    connection.execute(f"INSERT INTO {TABLE} FROM new_link ORDER BY email_normalized")
    connection.execute("DROP TABLE new_link")
    return count_rows(TABLE, connection=connection)
