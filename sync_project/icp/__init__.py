"""Which profile buys: outcomes, features as of a date, the scorecard that learns, the gate that doubts it.

Scores that people see are made in ``scoring``.
"""
