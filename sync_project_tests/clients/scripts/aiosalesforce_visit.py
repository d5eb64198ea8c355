"""What aiosalesforce sees of an org: one scenario a run, named by the argument; prints JSON."""

import asyncio
import dataclasses
import json
import sys

import httpx
from aiosalesforce import Salesforce
from aiosalesforce.auth import ClientCredentialsFlow, JwtBearerFlow
from aiosalesforce.exceptions import SalesforceError

GIVEN = json.loads(sys.argv[1])
BASE_URL = "https://local.develop.my.salesforce.com"


async def refusal(awaitable):
    try:
        await awaitable
    except SalesforceError as error:
        return {"kind": type(error).__name__, "code": error.error_code, "message": error.error_message}
    return None


def sign_in(http, auth=None):
    return Salesforce(
        http,
        BASE_URL,
        auth or ClientCredentialsFlow(GIVEN["client_id"], GIVEN["client_secret"]),
        version="66.0",
    )


async def read(http):
    salesforce = sign_in(http)
    jwt = sign_in(http, JwtBearerFlow(GIVEN["client_id"], GIVEN["username"], GIVEN["key_file"]))
    wrong = sign_in(http, ClientCredentialsFlow(GIVEN["client_id"], "wrong"))
    soql = "SELECT Id, Name FROM Account ORDER BY Name"
    return {
        "names": [each["Name"] async for each in salesforce.query(soql)],
        "with_deleted": len([each async for each in salesforce.query(soql, include_all_records=True)]),
        "limits": await salesforce.get_limits(),
        "by_jwt": [each["Username"] async for each in jwt.query("SELECT Username FROM User")],
        "wrong": await refusal(wrong.get_limits()),
        "nonsense": await refusal(anext(salesforce.query("SELECT Nothing FROM Account"))),
    }


async def write(http):
    records = sign_in(http).sobject
    created = await records.create("Account", {"Name": "One", "NumberOfEmployees": 1})
    await records.update("Account", created, {"Name": "One more"})
    upserted = [
        await records.upsert("Account", "k1", "Key__c", {"Key__c": "k1", "Name": name})
        for name in ("New", "Newer")
    ]
    doomed = await records.create("Account", {"Name": "Doomed"})
    await records.delete("Account", doomed)
    await records.create("Account", {"Name": "Twin", "Key__c": "k1"})
    return {
        "one": await records.get("Account", created, fields=["Name", "NumberOfEmployees"]),
        "upserted": [dataclasses.asdict(each) for each in upserted],
        "ambiguous": await refusal(records.upsert("Account", "k1", "Key__c", {"Name": "Which"})),
        "gone": await refusal(records.get("Account", doomed)),
        "nameless": await refusal(records.create("Account", {})),
    }


async def bulk(http):
    ingest = sign_in(http).bulk_v2.ingest
    data = [{"Key__c": f"k{number}", "Name": f'Name, "{number}"\n'} for number in range(250)] + [
        {"Key__c": "bad"}
    ]
    pages = ingest.perform_operation(
        "upsert", "Account", data, external_id_field="Key__c", max_records=200, polling_interval=0.1
    )
    results = [page async for page in pages]
    aborted = await ingest.create_job("insert", "Account")
    aborted = await ingest.abort_job(aborted.id)
    listed = [job.id async for job in ingest.list_jobs()] if GIVEN.get("lists_jobs") else None
    await ingest.delete_job(aborted.id)
    return {
        "states": [page.job_info.state for page in results],
        "created": sorted(row["sf__Created"] for page in results for row in page.successful_results),
        "errors": [row["sf__Error"] for page in results for row in page.failed_results],
        "unprocessed": [row for page in results for row in page.unprocessed_records],
        "aborted": aborted.state,
        "listed": listed,
    }


async def main():
    async with httpx.AsyncClient(timeout=60) as http:
        print(json.dumps(await {"read": read, "write": write, "bulk": bulk}[GIVEN["scenario"]](http)))


asyncio.run(main())
