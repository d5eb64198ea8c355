"""The Task records: calls and emails, done and still to do; how many says nothing of the outcome."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from sync_project.sandbox.demo.contacts import Contact
from sync_project.sandbox.demo.draft import Draft, Row, draw_moment
from sync_project.sandbox.demo.leads import Lead
from sync_project.sandbox.demo.planted import PLANTED
from sync_project.sandbox.demo.staff import Staff

SUBJECTS = ("Call", "Email: introduction", "Send quote", "Follow up", "Demo preparation")
CONTACT_SHARE = 0.6
DONE_SHARE = 0.8
DUE_WITHIN = timedelta(days=14)


def add_tasks(draft: Draft, *, contacts: Sequence[Contact], leads: Sequence[Lead], staff: Staff) -> None:
    """Tasks with contacts (their account is the related record) and with leads (which may have none)."""
    rng = draft.rng("tasks")
    for _ in range(PLANTED.tasks):
        person: Contact | Lead = rng.choice(contacts) if rng.random() < CONTACT_SHARE else rng.choice(leads)
        created_at = draw_moment(rng, earliest=person.created_at, latest=draft.as_of)
        related = person.account.id if isinstance(person, Contact) and person.account else None
        row = _task_row(who_id=person.id, related=related, rng=rng)
        row["ActivityDate"] = (created_at + DUE_WITHIN * rng.random()).date()
        row["OwnerId"] = staff.draw_owner(rng)
        draft.add("Task", row, created_at=created_at)


def _task_row(*, who_id: str, related: str | None, rng: Random) -> Row:
    is_done = rng.random() < DONE_SHARE
    return {
        "WhoId": who_id,
        "WhatId": related,
        "AccountId": related,
        "Subject": rng.choice(SUBJECTS),
        "Status": "Completed" if is_done else "Not Started",
        "IsClosed": is_done,
        "Priority": rng.choice(("Normal", "Normal", "High")),
    }
