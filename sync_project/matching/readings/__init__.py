"""Tables of what texts say: each distinct text is read once, in SQL where it is plain, else by the rules."""
