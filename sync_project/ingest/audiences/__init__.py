"""Audiences: sets of records that somebody chose in Salesforce by a list view, a report or a query."""
