"""What the readings stand on: characters, hosts, public suffixes, and the hand-checked lists in ``data``."""
