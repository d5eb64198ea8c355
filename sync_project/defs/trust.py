"""Assets of trust that Python fills: backtest, drift and model cards; the other tables of it are ``.sql``."""

import dagster as dg

from sync_project.defs.tables import filled_asset, table_spec
from sync_project.icp.features.signals import Subject
from sync_project.icp.trust import backtest, drift, model_card
from sync_project.icp.trust.backtest import build_backtest
from sync_project.icp.trust.drift import build_drift
from sync_project.icp.trust.model_card import build_cards

LESSONS = [f"icp.{subject}_lesson" for subject in Subject]
CARD_SOURCES = (
    *LESSONS,
    "icp.opportunity_outcome",
    "icp.lead_outcome",
    "icp.signal",
    "icp.model",
    "icp.points",
    "icp.level_outcome",
    "icp.confidence_outcome",
    backtest.TABLE,
)


def trust_assets() -> list[dg.AssetsDefinition]:
    """What the scorecards were worth; nothing that is written to Salesforce waits for it."""
    return [
        filled_asset(
            [
                table_spec(
                    backtest.TABLE,
                    deps=[*LESSONS, "icp.refused_signal", "icp.backtest_prediction", "raw.field"],
                )
            ],
            fill=lambda connection, surroundings: build_backtest(
                connection=connection, settings=surroundings.settings
            ),
        ),
        filled_asset(
            [
                table_spec(table, deps=["icp.model", "icp.prediction", "icp.backtest_prediction"])
                for table in (drift.TABLE, drift.LOG)
            ],
            fill=lambda connection, surroundings: build_drift(
                connection=connection, now=surroundings.clock()
            ),
        ),
        filled_asset(
            [table_spec(model_card.TABLE, deps=CARD_SOURCES)],
            fill=lambda connection, surroundings: build_cards(
                connection=connection, settings=surroundings.settings, now=surroundings.clock()
            ),
        ),
    ]
