"""All that Dagster sees, thin: one file per room, plus resources, partitions, jobs and schedules.

Assets call one function of a room and report counts; no logic lives here.
"""
