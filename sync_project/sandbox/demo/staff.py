"""The User records: sellers, their managers, and those who left."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from sync_project.sandbox.demo.draft import Draft
from sync_project.sandbox.demo.names import spell_plainly
from sync_project.sandbox.demo.planted import PLANTED

VENDOR_DOMAIN = "brightmere-software.com"
PEOPLE = (
    ("Ingrid", "Solheim", "Chief Revenue Officer", None),
    ("Rafael", "Quintana", "Sales Manager, Americas", 0),
    ("Judith", "Brandt", "Sales Manager, Europe", 0),
    ("Dario", "Fontaine", "Marketing Manager", 0),
    ("Maya", "Okafor", "Account Executive", 1),
    ("Tom", "Hollis", "Account Executive", 1),
    ("Renée", "Caron", "Account Executive", 2),
    ("Jörn", "Petersen", "Account Executive", 2),
    ("Lucía", "Ferrer", "Sales Development Representative", 2),
    ("Kofi", "Mensah", "Sales Development Representative", 1),
    ("Elin", "Backman", "Account Executive", 2),
    ("Peter", "Vance", "Account Executive", 1),
    ("Agata", "Nowicka", "Account Executive", 2),
    ("Sam", "Whitlock", "Sales Development Representative", 1),
)
"""First name, last name, title, and the number of the manager; the last ones have left."""
FIRST_SELLER = 4
DEPARTED_OWNER_SHARE = 0.08


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Ids of users by what they do."""

    sellers: Sequence[str]
    departed: Sequence[str]
    marketer: str

    def draw_owner(self, rng: Random) -> str:
        """A seller, now and then one who has left and whose records nobody took over."""
        return rng.choice(self.departed if rng.random() < DEPARTED_OWNER_SHARE else self.sellers)


def draw_staff(draft: Draft) -> Staff:
    """Everybody who works in the org."""
    ids: list[str] = []
    first_departed = PLANTED.users - PLANTED.inactive_users
    for number, (first_name, last_name, title, manager) in enumerate(PEOPLE):
        email = f"{spell_plainly(first_name)}.{spell_plainly(last_name)}@{VENDOR_DOMAIN}"
        row: dict[str, object] = {
            "Username": email,
            "FirstName": first_name,
            "LastName": last_name,
            "Name": f"{first_name} {last_name}",
            "Email": email,
            "Alias": spell_plainly(f"{first_name[0]}{last_name}")[:8],
            "Title": title,
            "Department": "Marketing" if "Marketing" in title else "Sales",
            "IsActive": number < first_departed,
            "ManagerId": None if manager is None else ids[manager],
        }
        author = ids[0] if ids else None
        ids.append(draft.add("User", row, created_at=draft.started_at, changed_by=author))
    return Staff(sellers=ids[FIRST_SELLER:first_departed], departed=ids[first_departed:], marketer=ids[3])
