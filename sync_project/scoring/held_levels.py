"""``scored.held_level``: where a run showed the level that Salesforce had shown, not that of the log-odds."""

import duckdb

from sync_project.warehouse.models import ensure_table, load_models

TABLE = "scored.held_level"


def log_held_levels(connection: duckdb.DuckDBPyConnection) -> None:
    """Add those of ``scored.score``; a run has each of them once."""
    ensure_table(load_models()[TABLE], connection=connection)
    connection.execute(
        f"""DELETE FROM {TABLE} AS known USING icp.model AS model
        WHERE known.subject = model.subject AND known.trained_at = model.trained_at"""
    )
    connection.execute(
        f"""INSERT INTO {TABLE} BY NAME
        SELECT score.subject, score.subject_id, model.trained_at, score.tier
        FROM scored.score AS score
        INNER JOIN icp.model AS model ON score.subject = model.subject
        WHERE score.is_held
        ORDER BY score.subject, score.subject_id"""
    )
