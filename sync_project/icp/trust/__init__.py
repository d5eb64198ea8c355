"""Why the scorecards may be believed, or not: what they said of lessons before they saw the outcomes.

What follows from it is decided in ``judgement``.
"""
