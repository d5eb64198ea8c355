"""Raw assets: what the org holds, a window at a time."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from sync_project.defs.org import ConnectedOrg
from sync_project.defs.partitions import wanted_window
from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import asset_key, table_metadata, table_results, table_spec
from sync_project.ingest.descriptions import describe_objects
from sync_project.ingest.importer import ImportPolicy, import_object
from sync_project.ingest.objects import OBJECTS, table_name


def field_asset(partitions: dg.DailyPartitionsDefinition) -> dg.AssetsDefinition:
    """The raw asset of what the org says of its fields."""

    @dg.multi_asset(
        name="raw__field",
        specs=[table_spec("raw.field", kinds=["salesforce"])],
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def field(
        surroundings: Surroundings, connected_org: ConnectedOrg
    ) -> Iterator[dg.MaterializeResult[None]]:
        # Every import begins here: from now on the home remembers where its partitions begin.
        surroundings.home.keep_first_day(partitions.start.date())
        describe_objects(connected_org.org, warehouse=surroundings.warehouse, now=surroundings.clock())
        with surroundings.warehouse.transaction() as connection:
            results = table_results([asset_key("raw.field")], connection=connection)
        yield from results

    return field


def object_asset(object_name: str, partitions: dg.DailyPartitionsDefinition) -> dg.AssetsDefinition:
    """The raw asset of one Salesforce object."""
    table = table_name(object_name)

    @dg.asset(
        key=asset_key(table),
        deps=[asset_key("raw.field")],
        description=f"{object_name} records as the org holds them, also deleted ones. One row per record, "
        "the columns are Salesforce's own. Reading a partition again leaves the same rows.",
        group_name="raw",
        kinds={"salesforce", "duckdb"},
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def records(
        context: dg.AssetExecutionContext, surroundings: Surroundings, connected_org: ConnectedOrg
    ) -> dg.MaterializeResult[None]:
        settings = surroundings.settings
        counts = import_object(
            object_name,
            org=connected_org.org,
            warehouse=surroundings.warehouse,
            window=wanted_window(context, partitions),
            policy=ImportPolicy(
                overlap=timedelta(minutes=settings.ingest.overlap_minutes),
                bulk_above_rows=settings.salesforce.bulk_above_rows,
            ),
            now=surroundings.clock(),
        )
        with surroundings.warehouse.transaction() as connection:
            metadata = table_metadata(table, connection=connection)
        return dg.MaterializeResult(
            metadata={
                **metadata,
                "arrived": counts.row_count,
                "changed": counts.changed_count,
                "api_calls": counts.call_count,
                "way": counts.way,
            }
        )

    return records


def raw_assets(partitions: dg.DailyPartitionsDefinition) -> list[dg.AssetsDefinition]:
    """Everything that comes from the org."""
    objects = [object_asset(each, partitions) for each in OBJECTS]
    return [field_asset(partitions), *objects]
