"""The local org: an HTTP server that speaks Salesforce. Shares no code with the client in ``salesforce``."""
