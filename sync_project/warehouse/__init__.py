"""DuckDB: the connection, the tables that ``.sql`` files describe, scratch folders, the published copy."""
