"""Ways to bring an object into DuckDB, which ``test_extract.py`` compares; each runs in a fresh process."""
