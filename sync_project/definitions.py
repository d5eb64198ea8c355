"""What Dagster loads."""

from sync_project.defs.project import make_definitions
from sync_project.defs.surroundings import Surroundings

defs = make_definitions(Surroundings())
