"""Ways to find the account of each person by the same rules, which ``test_matching.py`` compares."""
