"""The raw assets of engagement events: what every source that is switched on holds."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields

import dagster as dg

from sync_project.defs.partitions import wanted_window
from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import table_results, table_spec
from sync_project.ingest.events.importing import EVENT_TABLES, ReadingConditions, SourceOutcome, import_events
from sync_project.ingest.events.inbox import ReadCounts


def event_asset(partitions: dg.DailyPartitionsDefinition) -> dg.AssetsDefinition:
    """The tables that event sources fill together."""

    @dg.multi_asset(
        name="raw__engagement_event",
        specs=[table_spec(table, kinds=["file"]) for table in EVENT_TABLES],
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def events(
        context: dg.AssetExecutionContext, surroundings: Surroundings
    ) -> Iterator[dg.MaterializeResult[None]]:
        sources = surroundings.settings.ingest.event_sources
        outcomes = import_events(
            sources,
            warehouse=surroundings.warehouse,
            given=ReadingConditions(
                folder=surroundings.home.events,
                variables=surroundings.named_variables(
                    source.database for source in sources.values() if source.database
                ),
                window=wanted_window(context, partitions),
                now=surroundings.clock(),
            ),
        )
        for each in outcomes:
            _tell(each, context)
        with surroundings.warehouse.transaction() as connection:
            results = table_results(
                EVENT_TABLES,
                connection=connection,
                further={"raw.engagement_event": sum_counts(outcomes)},
            )
        yield from results

    return events


def sum_counts(outcomes: Iterable[SourceOutcome]) -> dict[str, int]:
    """What all sources brought together."""
    counts = [asdict(outcome.counts) for outcome in outcomes]
    return {each.name: sum(count[each.name] for count in counts) for each in fields(ReadCounts)}


def _tell(outcome: SourceOutcome, context: dg.AssetExecutionContext) -> None:
    """What a person should know before looking at the tables."""
    if outcome.fault:
        context.log.warning(outcome.fault)
    if outcome.counts.too_old:
        context.log.info(
            f"ingest.event_sources.{outcome.source}: left out {outcome.counts.too_old:,} that happened "
            "before it was switched on; set its backfill to true to bring them in."
        )
