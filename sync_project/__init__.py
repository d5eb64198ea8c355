"""Open, self-hosted lead scoring and two-way Salesforce sync, as a Dagster project on DuckDB."""
