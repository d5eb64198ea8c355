"""The assets of audiences: named sets of records that somebody chose in Salesforce, and their members."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import dagster as dg

from sync_project.defs.org import ConnectedOrg
from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import asset_key, table_results, table_spec
from sync_project.defs.terminal import harmless
from sync_project.ingest.audiences.importing import AudienceOutcome, import_audiences
from sync_project.ingest.audiences.members import AUDIENCE_TABLE, AUDIENCE_TABLES
from sync_project.ingest.objects import table_name
from sync_project.salesforce.errors import CallsSpentError
from sync_project.settings.ingest import AudienceSettings

ROWS_SHOWN = 10


def await_members(
    assets: Iterable[dg.AssetsDefinition], audiences: Mapping[str, AudienceSettings]
) -> Sequence[dg.AssetsDefinition]:
    """The same assets, of which those that read an object wait for the records that its audiences add."""
    completed = {asset_key(table_name(each.object)) for each in audiences.values()}

    def wait(spec: dg.AssetSpec) -> dg.AssetSpec:
        if completed.isdisjoint(each.asset_key for each in spec.deps):
            return spec
        return spec.replace_attributes(deps=[*spec.deps, asset_key(AUDIENCE_TABLE)])

    return dg.map_asset_specs(wait, assets)


def audience_asset(audiences: Mapping[str, AudienceSettings]) -> dg.AssetsDefinition:
    """Both tables, after the objects that the audiences are made of."""
    objects = dict.fromkeys(table_name(each.object) for each in audiences.values())
    specs = [
        table_spec(table, deps=["raw.field", *objects], kinds=["salesforce"], skippable=True)
        for table in AUDIENCE_TABLES
    ]

    @dg.multi_asset(name="raw__audience", specs=specs, backfill_policy=dg.BackfillPolicy.single_run())
    def members(
        context: dg.AssetExecutionContext, surroundings: Surroundings, connected_org: ConnectedOrg
    ) -> Iterator[dg.MaterializeResult[None]]:
        try:
            with connected_org.counting(AUDIENCE_TABLE, run_id=context.run.run_id) as org:
                outcomes = import_audiences(
                    org=org,
                    warehouse=surroundings.warehouse,
                    settings=surroundings.settings,
                    now=surroundings.clock(),
                )
        except CallsSpentError as error:
            connected_org.tell_spent(error, context=context)
            return
        with surroundings.warehouse.transaction() as connection:
            results = table_results(
                AUDIENCE_TABLES,
                connection=connection,
                further={AUDIENCE_TABLE: _describe_outcomes(outcomes)},
            )
        yield from results

    return members


def _describe_outcomes(outcomes: Iterable[AudienceOutcome]) -> dict[str, dg.MetadataValue]:
    """One table of all audiences, and the first rows of each as its source shows them."""
    listed = list(outcomes)
    shown: dict[str, dg.MetadataValue] = {}
    if listed:
        shown["audiences"] = dg.MetadataValue.table([_describe(each) for each in listed])
    for each in listed:
        if each.records and each.records.first_rows:
            # Two columns may have the same label, which a table of Dagster's has once.
            names = [f"{at}. {harmless(label)}" for at, label in enumerate(each.records.columns, start=1)]
            shown[f"first_rows_of_{each.name}"] = dg.MetadataValue.table(
                [
                    dg.TableRecord(dict(zip(names, map(harmless, row), strict=True)))
                    for row in each.records.first_rows[:ROWS_SHOWN]
                ]
            )
    return shown


def _describe(outcome: AudienceOutcome) -> dg.TableRecord:
    records = outcome.records
    return dg.TableRecord(
        {
            "audience": outcome.name,
            "object": outcome.object_name,
            "rows_in_org": records.org_count if records else 0,
            "records": len(records.record_ids) if records else 0,
            "records_brought": outcome.brought_count,
            "is_cut": bool(records and records.is_cut),
            "fault": harmless(outcome.fault or ""),
        }
    )
