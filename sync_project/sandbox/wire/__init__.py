"""HTTP: which path leads where, and what each answers; the work is done by the folders beside this one."""
