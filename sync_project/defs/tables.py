"""Tables as assets: key, texts and dependencies come from the ``.sql`` file, counts from the warehouse."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import dagster as dg
import duckdb

from sync_project.defs.pictures import show_table
from sync_project.defs.surroundings import Surroundings
from sync_project.warehouse.models import Model, build_table, count_rows, load_models

Fill = Callable[[duckdb.DuckDBPyConnection, Surroundings], object]
Metadata = Mapping[str, dg.MetadataValue | int | str]


def asset_key(table: str) -> dg.AssetKey:
    """``schema.table`` as Dagster names it."""
    return dg.AssetKey(table.split("."))


def table_spec(
    table: str,
    *,
    deps: Iterable[str] = (),
    kinds: Iterable[str] = ("python",),
    description: str | None = None,
    skippable: bool = False,
) -> dg.AssetSpec:
    """The asset of a table that Python fills; its description is the file's unless one is given.

    A ``skippable`` one may be left out by its step, and what depends on it is left out then.
    """
    return dg.AssetSpec(
        asset_key(table),
        deps=[asset_key(each) for each in deps],
        description=description or load_models()[table].description,
        group_name=table.partition(".")[0],
        kinds={"duckdb", *kinds},
        skippable=skippable,
    )


def sql_asset(model: Model) -> dg.AssetsDefinition:
    """The asset of a table that a query builds."""

    @dg.asset(
        key=asset_key(model.name),
        deps=[asset_key(each) for each in sorted(model.reads)],
        description=model.description,
        group_name=model.schema,
        kinds={"duckdb", "sql"},
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def table(surroundings: Surroundings) -> dg.MaterializeResult[None]:
        with surroundings.warehouse.transaction() as connection:
            build_table(model, connection=connection, parameters=surroundings.parameters())
            return dg.MaterializeResult(metadata=table_metadata(model.name, connection=connection))

    return table


def sql_assets() -> list[dg.AssetsDefinition]:
    """One asset per ``.sql`` file that holds a query."""
    return [sql_asset(model) for model in load_models().values() if model.is_query]


def filled_asset(specs: Iterable[dg.AssetSpec], *, fill: Fill) -> dg.AssetsDefinition:
    """Tables that one Python function fills together, in one transaction."""
    listed = list(specs)

    @dg.multi_asset(
        name="__".join(listed[0].key.path),
        specs=listed,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def tables(surroundings: Surroundings) -> Iterator[dg.MaterializeResult[None]]:
        with surroundings.warehouse.transaction() as connection:
            fill(connection, surroundings)
            results = table_results([".".join(spec.key.path) for spec in listed], connection=connection)
        yield from results

    return tables


def table_results(
    tables: Iterable[str],
    *,
    connection: duckdb.DuckDBPyConnection,
    further: Mapping[str, Metadata] | None = None,
) -> list[dg.MaterializeResult[None]]:
    """What to tell Dagster of tables that were just written; of some of them ``further`` metadata by name."""
    told = further or {}
    return [
        dg.MaterializeResult(
            asset_key=asset_key(table),
            metadata={**table_metadata(table, connection=connection), **told.get(table, {})},
        )
        for table in tables
    ]


def table_metadata(
    table: str, *, connection: duckdb.DuckDBPyConnection, texts: Mapping[str, str] | None = None
) -> Metadata:
    """Row count, columns with their types and texts, and pictures.

    The texts are the file's unless some are given.
    """
    model = load_models().get(table)
    texts = texts or (model.columns if model else {})
    # DESCRIBE looks at one table, duckdb_columns() at all of them, which every step would pay for.
    columns = connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE {table})").fetchall()
    listed = [dg.TableColumn(name, kind, description=texts.get(name)) for name, kind in columns]
    return {
        "dagster/row_count": count_rows(table, connection=connection),
        "dagster/column_schema": dg.MetadataValue.table_schema(dg.TableSchema(listed)),
        **show_table(table, connection=connection),
    }
