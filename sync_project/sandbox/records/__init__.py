"""Records: how they are read from a caller, judged, stored, and shown."""
