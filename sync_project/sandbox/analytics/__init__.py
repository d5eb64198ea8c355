"""List views and reports: saved questions about records, answered by the one SOQL engine."""
