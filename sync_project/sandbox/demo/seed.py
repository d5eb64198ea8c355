"""Puts the demo org into a sandbox org: custom fields, tracked fields, records and files of events."""

from datetime import datetime
from pathlib import Path

from sync_project.sandbox.demo.changes import TRACKED
from sync_project.sandbox.demo.custom_fields import declare_custom_fields
from sync_project.sandbox.demo.event_files import write_events
from sync_project.sandbox.demo.generate import generate_demo
from sync_project.sandbox.errors import SandboxError
from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.org import SandboxOrg


def seed_demo(org: SandboxOrg, *, seed: int, as_of: datetime, events_folder: Path) -> dict[str, int]:
    """Fill an empty org and the events folder; gives the number of records by sObject, gone ones included.

    All or nothing, even where the process is killed, so that the next first use starts afresh. An org that
    holds records is left alone with a SandboxError.
    """
    if not org.is_empty:
        raise SandboxError(f"{org.folder} holds records already: reset the org before seeding the demo")
    demo = generate_demo(seed=seed, as_of=as_of)
    write_events(demo.events, events_folder)
    with org.transaction():
        for sobject, fields in declare_custom_fields().items():
            for each in fields:
                org.add_custom_field(sobject, **each)
        for sobject, tracked in TRACKED.items():
            for name in tracked:
                org.track_field(sobject, name)
        return {sobject: load_rows(org, sobject, rows) for sobject, rows in demo.records.items()}
