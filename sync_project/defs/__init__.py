"""All that Dagster sees, thin: one file per room, plus resources, partitions, jobs, schedules and checks.

Assets call one function of a room and report counts; no logic lives here. What the command line shows of a
run (``run``, ``summary``) and of an audience (``preview``, ``terminal``) is put into words here too.
"""
