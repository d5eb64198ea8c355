"""What passes over the wire: faults put into it, what it costs, what was received. HTTP is in ``wire``."""
