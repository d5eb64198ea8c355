"""What a run stands in: the home, the settings, the clock, the warehouse."""

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import dagster as dg

from sync_project.matching.readings.own_domains import read_own_domains
from sync_project.scoring.picking import POINTS_TO_EDGE
from sync_project.settings.environment import Environment, named_variables, read_environment
from sync_project.settings.home import Home
from sync_project.settings.ingest import Direction
from sync_project.settings.load import load_settings
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import Warehouse
from sync_project.warehouse.models import ParameterValue


class Surroundings(dg.ConfigurableResource[None]):
    """Read anew by every run, so that a changed settings file needs no restart."""

    now: str | None = None
    """A fixed clock, as an ISO time; None is the real one."""
    variables: dict[str, str] | None = None
    """Environment variables to go by instead of this process's own."""
    lock_wait_seconds: float = 15.0

    def clock(self) -> datetime:
        """The time, in UTC."""
        return datetime.fromisoformat(self.now).astimezone(UTC) if self.now else datetime.now(UTC)

    @property
    def environment(self) -> Environment:
        """What the environment variables say."""
        return read_environment(self._variables)

    def named_variables(self, names: Iterable[str]) -> dict[str, str]:
        """The environment variables that settings name, as far as they are set; they may hold secrets."""
        return named_variables(self._variables, names)

    @property
    def _variables(self) -> Mapping[str, str]:
        return os.environ if self.variables is None else self.variables

    @property
    def home(self) -> Home:
        """Where state is kept."""
        return Home(folder=self.environment.home)

    @property
    def settings(self) -> Settings:
        """The user's choices."""
        return load_settings(self.environment.settings_file)

    @property
    def warehouse(self) -> Warehouse:
        """The DuckDB file."""
        return Warehouse(
            path=self.home.warehouse,
            lock_wait_seconds=self.lock_wait_seconds,
            memory_limit=self.settings.warehouse.memory_limit,
        )

    @property
    def own_domains(self) -> list[str]:
        """The domains of the company that runs this, as matching reads domains."""
        matching = self.settings.matching
        return read_own_domains(matching.own_domains, keep_subdomain=matching.keep_subdomain)

    def parameters(self) -> dict[str, ParameterValue]:
        """The ``$parameters`` that ``.sql`` files may use."""
        settings = self.settings
        writeback = settings.writeback
        goes_out = {
            name: each.direction is not Direction.IN for name, each in settings.ingest.objects.items()
        }
        people = {"contact": writeback.contact, "lead": writeback.lead}
        of_targets: dict[str, ParameterValue] = {}
        for name, target in people.items():
            of_targets |= {
                f"{name}_update": target.update and goes_out[name.capitalize()],
                f"{name}_create": target.create and goes_out[name.capitalize()],
                f"{name}_update_levels": [level.value for level in target.update_levels],
                f"{name}_create_levels": [level.value for level in target.create_levels],
                f"{name}_sync_threshold": target.sync_threshold,
                f"{name}_filter": target.filter,
            }
        return of_targets | {
            "now": self.clock().strftime("%Y-%m-%d %H:%M:%S"),
            "account_rules": [rule.value for rule in settings.matching.account_rules],
            "horizon_days": settings.icp.horizon_days,
            "training_days": settings.icp.training_days,
            "outcome_source": settings.icp.outcome.source.value,
            "keep_level_pct": settings.scoring.keep_level_pct,
            "points_to_edge": POINTS_TO_EDGE,
            "target_policy": writeback.target_policy.value,
            "create_as": writeback.create_as,
            "account_update": writeback.account.update and goes_out["Account"],
            "account_create": writeback.account.create and goes_out["Account"],
            "account_update_levels": [level.value for level in writeback.account.update_levels],
            "account_create_levels": [level.value for level in writeback.account.create_levels],
            "account_sync_threshold": writeback.account.sync_threshold,
            "account_filter": writeback.account.filter,
        }
