"""SOQL for the sandbox org: grammar, syntax tree, translation to SQLite, records as Salesforce shapes them.

What Salesforce knows and this package does not yet is refused with an error, never answered wrongly.
"""
