"""What a person says about matches: the overrides file, and the answers of ``sync-project review``."""
