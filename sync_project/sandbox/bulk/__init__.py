"""Bulk API 2.0 behind HTTP: its CSV, and the work of its jobs."""
