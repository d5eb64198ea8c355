"""Raw assets of the org: its fields, what an import costs, and its records, a window at a time."""

from collections.abc import Iterable, Iterator

import dagster as dg

from sync_project.defs.org import ConnectedOrg
from sync_project.defs.partitions import wanted_window
from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import asset_key, table_metadata, table_results, table_spec
from sync_project.ingest.descriptions import FIELD_TABLES, describe_objects, read_labels
from sync_project.ingest.errors import NotReconciledError
from sync_project.ingest.field_choice import choose_fields
from sync_project.ingest.importer import import_object
from sync_project.ingest.objects import table_name
from sync_project.ingest.pricing import PRICE_TABLE, price_import
from sync_project.salesforce.errors import CallsSpentError

RECONCILED = "reconciled"


def field_asset(partitions: dg.DailyPartitionsDefinition) -> dg.AssetsDefinition:
    """The raw asset of what the org says of its fields."""

    @dg.multi_asset(
        name="raw__field",
        specs=[table_spec(table, kinds=["salesforce"], skippable=True) for table in FIELD_TABLES],
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def field(
        context: dg.AssetExecutionContext, surroundings: Surroundings, connected_org: ConnectedOrg
    ) -> Iterator[dg.MaterializeResult[None]]:
        # Every import begins here: from now on the home remembers where its partitions begin.
        surroundings.home.keep_first_day(partitions.start.date())
        try:
            with connected_org.counting("raw.field", run_id=context.run.run_id) as org:
                describe_objects(
                    org,
                    choices=choose_fields(surroundings.settings),
                    warehouse=surroundings.warehouse,
                    now=surroundings.clock(),
                )
        except CallsSpentError as error:
            connected_org.tell_spent(error, context=context)
            return
        with surroundings.warehouse.transaction() as connection:
            results = table_results(FIELD_TABLES, connection=connection)
        yield from results

    return field


def price_asset(partitions: dg.DailyPartitionsDefinition) -> dg.AssetsDefinition:
    """The raw asset of what the import will cost."""

    @dg.multi_asset(
        name="raw__import_price",
        specs=[table_spec(PRICE_TABLE, deps=["raw.field"], kinds=["salesforce"], skippable=True)],
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def price(
        context: dg.AssetExecutionContext, surroundings: Surroundings, connected_org: ConnectedOrg
    ) -> Iterator[dg.MaterializeResult[None]]:
        settings = surroundings.settings
        try:
            with connected_org.counting(PRICE_TABLE, run_id=context.run.run_id) as org:
                prices = price_import(
                    settings.ingest.imported,
                    org=org,
                    warehouse=surroundings.warehouse,
                    window=wanted_window(context, partitions),
                    settings=settings,
                    now=surroundings.clock(),
                )
        except CallsSpentError as error:
            connected_org.tell_spent(error, context=context)
            return
        rows = sum(each.row_count for each in prices)
        calls = sum(each.call_count for each in prices)
        allowed = "" if org.call_allowance is None else f" of {org.call_allowance:,} allowed"
        context.log.info("This import: about %s records, %s API calls%s.", f"{rows:,}", f"{calls:,}", allowed)
        with surroundings.warehouse.transaction() as connection:
            results = table_results(
                [PRICE_TABLE],
                connection=connection,
                further={PRICE_TABLE: {"records_expected": rows, "api_calls_expected": calls}},
            )
        yield from results

    return price


def object_asset(object_name: str, partitions: dg.DailyPartitionsDefinition) -> dg.AssetsDefinition:
    """The raw asset of one Salesforce object."""
    table = table_name(object_name)

    @dg.asset(
        key=asset_key(table),
        deps=[asset_key("raw.field"), asset_key(PRICE_TABLE)],
        description=f"{object_name} records as the org holds them, also deleted ones. One row per record, "
        "the columns are Salesforce's own. Reading a partition again leaves the same rows. Earlier versions "
        f"of each row are in history.{table.partition('.')[2]}.",
        group_name="raw",
        kinds={"salesforce", "duckdb"},
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        output_required=False,
        check_specs=[
            dg.AssetCheckSpec(
                RECONCILED,
                asset=asset_key(table),
                blocking=True,
                description="As many rows came as the org counts; no more went than the settings allow.",
            )
        ],
    )
    def records(
        context: dg.AssetExecutionContext, surroundings: Surroundings, connected_org: ConnectedOrg
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        try:
            with connected_org.counting(table, run_id=context.run.run_id) as org:
                counts = import_object(
                    object_name,
                    org=org,
                    warehouse=surroundings.warehouse,
                    window=wanted_window(context, partitions),
                    settings=surroundings.settings,
                    now=surroundings.clock(),
                )
        except NotReconciledError as error:
            yield _unreconciled(table, error, severity=dg.AssetCheckSeverity.ERROR)
            raise
        except CallsSpentError as error:
            connected_org.tell_spent(error, context=context)
            yield _unreconciled(table, error, severity=dg.AssetCheckSeverity.WARN)
            return
        with surroundings.warehouse.transaction() as connection:
            metadata = table_metadata(
                table, connection=connection, texts=read_labels(object_name, connection=connection)
            )
        yield dg.MaterializeResult(
            metadata={
                **metadata,
                "arrived": counts.row_count,
                "changed": counts.changed_count,
                "deleted": counts.gone_count,
                "api_calls": counts.call_count,
                "way": counts.way.value,
            },
            check_results=[
                dg.AssetCheckResult(
                    check_name=RECONCILED, passed=True, metadata={"counted_by_org": counts.org_count}
                )
            ],
        )

    return records


def raw_assets(objects: Iterable[str], partitions: dg.DailyPartitionsDefinition) -> list[dg.AssetsDefinition]:
    """Everything that comes in from the org."""
    tables = [object_asset(each, partitions) for each in objects]
    return [field_asset(partitions), price_asset(partitions), *tables]


def _unreconciled(table: str, error: Exception, *, severity: dg.AssetCheckSeverity) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=RECONCILED,
        asset_key=asset_key(table),
        passed=False,
        severity=severity,
        description=str(error),
    )
