"""Sign-in: the connected app, the OAuth flows, and the sessions they open. HTTP is in ``wire``."""
