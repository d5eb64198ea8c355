"""What comes in: windows, the importer, staged tables and engagement events."""
