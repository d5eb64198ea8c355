"""What every org has from its first day: itself, a profile, the integration user, stages, statuses."""

import csv
import secrets
import sqlite3
from datetime import datetime
from importlib.resources import files

from sync_project.sandbox import database
from sync_project.sandbox.analytics.list_views import create_standard_list_views
from sync_project.sandbox.ids import make_id
from sync_project.sandbox.records.write_context import NEW, Values, WriteContext, insert_row, stamp
from sync_project.sandbox.schema import SObject
from sync_project.sandbox.sign_in.users import set_password
from sync_project.sandbox.values import read_value

_FIRST_ROWS = ("opportunitystage", "leadstatus", "campaigninfluencemodel")
_ORGS = 62**5
"""So many that no two orgs made here are likely to have one id."""

_ORGANIZATION: Values = {
    "Name": "Sandbox",
    "OrganizationType": "Developer Edition",
    "IsSandbox": 1,
    "InstanceName": "CS1",
    "DefaultLocaleSidKey": "en_US",
    "LanguageLocaleKey": "en_US",
    "TimeZoneSidKey": "GMT",
}


def fill_new_org(connection: sqlite3.Connection, *, now: datetime) -> None:
    """Fill a file that has its tables; call inside a transaction."""
    schema = database.read_schema(connection)
    organization_id = make_id("00D", secrets.randbelow(_ORGS))
    profile_id = make_id("00e", 1)
    user_id = database.new_id(connection, schema.objects["user"])
    settings = {
        "client_id": f"3MVG9{secrets.token_urlsafe(24)}",
        "client_secret": secrets.token_hex(32).upper(),
        "organization_id": organization_id,
        "user_id": user_id,
    }
    for name, value in settings.items():
        database.write_setting(connection, name, value)
    set_password(connection, user_id, secrets.token_urlsafe(12))
    context = WriteContext(connection=connection, schema=schema, user_id=user_id, now=now)
    _add(context, "organization", _ORGANIZATION | {"Id": organization_id})
    _add(context, "profile", {"Id": profile_id, "Name": "Minimum Access - API Only Integrations"})
    _add(context, "user", _integration_user(user_id, profile_id))
    for values in _permission_sets(profile_id):
        _add(context, "permissionset", values)
    for name in _FIRST_ROWS:
        for row in _first_rows(schema.objects[name]):
            _add(context, name, row)
    create_standard_list_views(context)
    database.mark_schema_changed(connection)


def _add(context: WriteContext, name: str, values: Values) -> None:
    sobject = context.schema.objects[name]
    row = stamp(context, sobject, names=NEW) | values
    record_id = values.get("Id") or database.new_id(context.connection, sobject)
    insert_row(context.connection, sobject, row | {"Id": record_id})


def _permission_sets(profile_id: str) -> list[Values]:
    """The profile's own, which holds for all its users, and two that an admin may assign."""
    own: Values = {"Name": f"X{profile_id}", "Label": profile_id, "ProfileId": profile_id}
    own |= {"IsOwnedByProfile": 1, "IsCustom": 0, "Type": "Profile"}
    others: list[Values] = [
        {"Name": name.replace(" ", "_"), "Label": name, "IsCustom": 1, "Type": "Regular"}
        for name in ("Integration Access", "Sales Access")
    ]
    return [own, *others]


def _integration_user(user_id: str, profile_id: str) -> Values:
    return {
        "Id": user_id,
        "Username": "integration@sandbox.example",
        "FirstName": "Integration",
        "LastName": "User",
        "Name": "Integration User",
        "Email": "integration@sandbox.example",
        "Alias": "integ",
        "CommunityNickname": "integration",
        "IsActive": 1,
        "ProfileId": profile_id,
        "UserType": "Standard",
        "TimeZoneSidKey": "GMT",
        "LocaleSidKey": "en_US",
        "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "en_US",
    }


def _first_rows(sobject: SObject) -> list[Values]:
    folder = files("sync_project.sandbox") / "objects" / "rows"
    text = (folder / f"{sobject.name}.csv").read_text(encoding="utf-8")
    return [
        {name: read_value(sobject.fields[name.lower()], value) for name, value in row.items()}
        for row in csv.DictReader(text.splitlines())
    ]
