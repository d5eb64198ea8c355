"""Assets of ICP feedback that Python fills: lessons, features now, and the scorecards that learn."""

import dagster as dg
import duckdb

from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import filled_asset, table_spec
from sync_project.icp import model_log, segments
from sync_project.icp.evaluating import RECORD_TABLES
from sync_project.icp.features.building import build_current, build_lessons
from sync_project.icp.features.engagement_state import update_engagement
from sync_project.icp.features.signals import Subject
from sync_project.icp.learning import TABLES, learn
from sync_project.icp.outcomes import build_field_outcomes

FEATURE_SOURCES = (
    "raw.field",
    "raw.account",
    "raw.contact",
    "raw.lead",
    "staged.account",
    "staged.user",
    "matched.person",
    "icp.person_profile",
    "icp.opportunity_state",
    "icp.campaign_touch",
    "icp.sales_activity",
)
ENGAGEMENT_TABLES = {
    "icp.engagement_state": "What the events of each way of naming somebody count, as of the day that "
    "icp.engagement_coverage says: a sum for each kind of the settings, and one for all that fade alike, in "
    "whole numbers so that they are exact. Kept from run to run; a name may have several rows, which add up.",
    "icp.person_engagement": "What each person did, older events counting less, as of this run. One row per "
    "identity of matched.person that did something.",
    "icp.account_engagement": "What the people of each account and organisation did, older events counting "
    "less, as of this run. One row per company.",
}
LESSON_SOURCES = (
    "icp.example",
    "icp.job_title",
    "matched.email_address",
    "matched.event",
    "staged.field_change",
    *FEATURE_SOURCES,
)
LEARNING_SOURCES = (
    "raw.field",
    "icp.refused_signal",
    *RECORD_TABLES,
    *(f"icp.{subject}_{kind}" for kind in ("lesson", "now") for subject in Subject),
)
SEGMENT_SOURCES = (
    "icp.signal",
    "icp.open_deal",
    *(f"icp.{subject}_{kind}" for kind in ("lesson", "now") for subject in Subject),
)


def icp_assets() -> list[dg.AssetsDefinition]:
    """From outcomes to predictions."""
    return [
        filled_asset(
            [table_spec("icp.field_outcome", deps=["raw.field", "raw.lead"])],
            fill=lambda connection, surroundings: build_field_outcomes(
                connection=connection, outcome=surroundings.settings.icp.outcome
            ),
        ),
        engagement_asset(),
        lesson_asset(),
        *(current_asset(subject) for subject in Subject),
        filled_asset(
            [table_spec(table, deps=LEARNING_SOURCES) for table in (*TABLES, *model_log.TABLES)]
            + [contribution_spec(subject) for subject in Subject],
            fill=lambda connection, surroundings: learn(
                connection=connection, settings=surroundings.settings, now=surroundings.clock()
            ),
        ),
        filled_asset(
            [table_spec(table, deps=SEGMENT_SOURCES) for table in segments.TABLES],
            fill=lambda connection, surroundings: segments.build_segments(
                connection=connection, now=surroundings.clock()
            ),
        ),
    ]


def engagement_asset() -> dg.AssetsDefinition:
    """What people did, as of now."""
    sources = ["staged.engagement_event", "matched.sighting_match"]
    return filled_asset(
        [
            table_spec("icp.engagement_coverage", deps=sources),
            *(
                table_spec(table, deps=sources, description=description)
                for table, description in ENGAGEMENT_TABLES.items()
            ),
        ],
        fill=lambda connection, surroundings: update_engagement(
            connection=connection,
            settings=surroundings.settings.signals.engagement,
            now=surroundings.clock(),
        ),
    )


def lesson_asset() -> dg.AssetsDefinition:
    """What the scorecards learn from, and what they may not."""
    lessons = [
        table_spec(
            f"icp.{subject}_lesson",
            deps=LESSON_SOURCES,
            description=f"Every signal of each lesson about one {subject}, as of the moment of decision, "
            "and the outcome. One row per lesson; the columns are the signals of the settings, without those "
            "of icp.refused_signal.",
        )
        for subject in Subject
    ]
    return filled_asset([*lessons, table_spec("icp.refused_signal", deps=LESSON_SOURCES)], fill=_fill_lessons)


def _fill_lessons(connection: duckdb.DuckDBPyConnection, surroundings: Surroundings) -> None:
    for subject in Subject:
        build_lessons(
            subject,
            connection=connection,
            settings=surroundings.settings.signals,
            ideal_profile=surroundings.settings.icp.ideal_profile,
        )


def current_asset(subject: Subject) -> dg.AssetsDefinition:
    """What one scorecard judges."""
    subjects = "matched.affiliation" if subject is Subject.PERSON else "matched.organisation"
    who = "person" if subject is Subject.PERSON else "account and organisation"
    return filled_asset(
        [
            table_spec(
                f"icp.{subject}_now",
                deps=[subjects, "icp.person_engagement", "icp.account_engagement", *FEATURE_SOURCES],
                description=f"Every signal of each {who} as of this run. "
                f"One row per {who}; the columns are the signals of the settings.",
            ),
            table_spec(
                f"icp.{subject}_past",
                deps=[subjects, *FEATURE_SOURCES],
                description=f"What the signals of each {who} said until they changed; what they say since is "
                f"in icp.{subject}_now. One row per {who} and change, kept for ever: subject_id, until (UTC) "
                "and signal_values, JSON of signal to value, null where there was nobody yet.",
            ),
        ],
        fill=lambda connection, surroundings: build_current(
            subject,
            connection=connection,
            settings=surroundings.settings.signals,
            now=surroundings.clock(),
            ideal_profile=surroundings.settings.icp.ideal_profile,
        ),
    )


def contribution_spec(subject: Subject) -> dg.AssetSpec:
    """Why one scorecard says what it says."""
    return table_spec(
        f"icp.{subject}_contribution",
        deps=LEARNING_SOURCES,
        description=f"What each signal adds to the log-odds of each {subject}: with icp.model.base_log_odds "
        f"they sum to icp.prediction.log_odds. One row per {subject} with a prediction; the columns are the "
        "signals of the settings.",
    )
