"""Daily partitions over the time of change; the first is open to the past, the last is today."""

from datetime import date

import dagster as dg

from sync_project.ingest.windows import Window, day_window


def daily_partitions(first_day: date) -> dg.DailyPartitionsDefinition:
    """From that day on, today included."""
    return dg.DailyPartitionsDefinition(start_date=first_day.isoformat(), timezone="UTC", end_offset=1)


def partition_range_tags(first: date, last: date) -> dict[str, str]:
    """Run tags that ask for several daily partitions in one run."""
    return {
        "dagster/asset_partition_range_start": first.isoformat(),
        "dagster/asset_partition_range_end": last.isoformat(),
    }


def wanted_window(context: dg.AssetExecutionContext, partitions: dg.DailyPartitionsDefinition) -> Window:
    """What the run's partitions cover together."""
    keys = context.partition_key_range
    return day_window(
        date.fromisoformat(keys.start), date.fromisoformat(keys.end), first_day=partitions.start.date()
    )
