"""Engagement events in: files and databases, each source with its own mapping, switch and backfill."""
