"""What the scorecards look at: signals as of a moment, the same for lessons and for today.

One module per kind of signal says which there are (``Signal``) and from which rows they come (``Source``);
``building`` puts all of them into one query per subject.
"""
