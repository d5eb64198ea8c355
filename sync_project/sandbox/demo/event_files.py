"""Engagement events as files, the way a website's tracker would export them: one CSV a month."""

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from pathlib import Path

from sync_project.sandbox.demo.engagement import EngagementEvent

COLUMNS = ("event_id", "occurred_at", "email", "domain", "kind", "properties")


def write_events(events: Iterable[EngagementEvent], folder: Path) -> list[Path]:
    """Write ``events_2026-01.csv`` and so on; the events come in time order, as the generator gives them.

    ``occurred_at`` is ISO 8601 in UTC, ``properties`` a JSON object, an unknown email or domain empty.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for month, of_month in groupby(events, key=lambda event: event.occurred_at.strftime("%Y-%m")):
        path = folder / f"events_{month}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(_as_cells(event) for event in of_month)
        paths.append(path)
    return paths


def _as_cells(event: EngagementEvent) -> list[str | None]:
    return [
        event.event_id,
        _as_text(event.occurred_at),
        event.email,
        event.domain,
        event.kind.value,
        _as_json(event.properties),
    ]


def _as_text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _as_json(properties: Mapping[str, str]) -> str:
    return json.dumps(dict(properties), ensure_ascii=False)
