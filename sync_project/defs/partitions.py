"""Daily partitions over the time of change; the first is open to the past, the last is today."""

from datetime import UTC, date, datetime

import dagster as dg

from sync_project.defs.surroundings import current_home


def daily_partitions() -> dg.DailyPartitionsDefinition:
    """From the home's first day on; a new home begins today."""
    first_day = current_home().read_first_day() or datetime.now(UTC).date()
    return dg.DailyPartitionsDefinition(start_date=first_day.isoformat(), timezone="UTC", end_offset=1)


def partition_range_tags(first: date, last: date) -> dict[str, str]:
    """Run tags that ask for several daily partitions in one run."""
    return {
        "dagster/asset_partition_range_start": first.isoformat(),
        "dagster/asset_partition_range_end": last.isoformat(),
    }
