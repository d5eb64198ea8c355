"""DuckDB: the connection, the tables that ``.sql`` files describe, the published copy."""
