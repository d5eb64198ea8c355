"""Scores to Salesforce: mappings, write rules, the plan, the push and the activity log.

Decides and writes; computes no score.
"""
