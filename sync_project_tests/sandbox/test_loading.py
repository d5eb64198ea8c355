import csv
from datetime import UTC, date, datetime

import pytest

from sync_project.sandbox.catalog import standard_schema
from sync_project.sandbox.errors import SandboxLoadError
from sync_project.sandbox.loading import load_folder, load_rows
from sync_project_tests.icp.public_data import DATA

MAVEN = DATA / "maven_crm"


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_rows_keep_their_ids_owners_and_dates(org, client):
    assert (
        load_rows(
            org,
            "Account",
            [
                {
                    "Id": "001000000000001",
                    "Name": "Acme ",
                    "AnnualRevenue": 5,
                    "CreatedDate": datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC),
                },
                {"Name": "Bolt", "IsDeleted": True, "SystemModstamp": "2025-06-01T00:00:00Z"},
            ],
        )
        == 2
    )
    acme = client.read("Account", "001000000000001")
    assert (acme["Name"], acme["AnnualRevenue"], acme["OwnerId"]) == ("Acme", 5.0, org.user_id)
    assert acme["CreatedDate"] == acme["SystemModstamp"] == "2025-01-02T03:04:05.000+0000"
    assert client.query("SELECT Name FROM Account") == [{"Name": "Acme"}]
    gone = client.get(
        "/queryAll", params={"q": "SELECT SystemModstamp FROM Account WHERE IsDeleted = true"}
    ).json()
    assert gone["records"][0]["SystemModstamp"] == "2025-06-01T00:00:00.000+0000"


def test_loaded_rows_derive_what_they_lack(org, client):
    account, lead = "001000000000001AAA", "00Q000000000001EAA"
    load_rows(org, "Account", [{"Id": account, "Name": "Acme"}])
    load_rows(
        org, "Lead", [{"Id": lead, "FirstName": "Ada", "LastName": "L", "Company": "C", "Email": "A@B.co"}]
    )
    load_rows(
        org,
        "Opportunity",
        [
            {
                "Name": "Deal",
                "StageName": "Closed Won",
                "CloseDate": date(2026, 7, 1),
                "Amount": 10,
                "AccountId": account,
            }
        ],
    )
    [deal] = client.query(
        "SELECT IsWon, IsClosed, Probability, ExpectedRevenue, FiscalQuarter FROM Opportunity"
    )
    assert deal == {
        "IsWon": True,
        "IsClosed": True,
        "Probability": 100.0,
        "ExpectedRevenue": 10.0,
        "FiscalQuarter": 3,
    }
    campaign = "701000000000001AAA"
    load_rows(org, "Campaign", [{"Id": "701000000000001", "Name": "Webinar"}])
    load_rows(
        org, "CampaignMemberStatus", [{"CampaignId": campaign, "Label": "Attended", "HasResponded": True}]
    )
    load_rows(org, "CampaignMember", [{"CampaignId": campaign, "LeadId": lead, "Status": "Attended"}])
    assert (
        client.query("SELECT Name, Email, HasResponded, Campaign.NumberOfResponses FROM CampaignMember")[0][
            "Email"
        ]
        == "a@b.co"
    )
    assert client.query("SELECT NumberOfLeads, NumberOfResponses FROM Campaign") == [
        {"NumberOfLeads": 1, "NumberOfResponses": 1}
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"Nmae": "x"}, "Account, row 2: the org has no field 'Nmae'"),
        ({"AnnualRevenue": "x"}, "Account, row 2, AnnualRevenue: 'x' is no currency"),
        ({"Id": "x"}, "Account, row 2, Id: 'x' is no id"),
        ({"Id": "003000000000001AAA"}, "Account, row 2, Id: '003000000000001AAA' is no id"),
        ({"Id": "001000000000001AAA"}, "an Id is in the org already or twice among the rows"),
    ],
)
def test_a_wrong_row_loads_nothing(org, row, message):
    with pytest.raises(SandboxLoadError, match=message):
        load_rows(org, "Account", [{"Id": "001000000000001AAA", "Name": "A"}, {"Name": "B"} | row])
    assert org.is_empty


def test_a_folder_is_loaded_whole(org, client, tmp_path):
    write(
        tmp_path,
        CustomField=(
            "FullName,Type,Length,Precision,Scale,Label,ExternalId,Picklist\n"
            "Lead.Score__c,Number,,3,0,Lead score,,\nAccount.Tier__c,Picklist,,,,,,Gold; Silver\n"
        ),
        Account="Id,Name,OwnerId,Tier__c,CreatedDate\n001000000000001,Acme,005000000000009,Gold,2024-05-06T07:08:09Z\n",
        Contact="LastName,AccountId,Email\nDoe,001000000000001AAA,DOE@acme.example\n",
        User="Id,LastName,IsActive\n005000000000009,Gone,false\n",
        Campaign="Id,Name\n701000000000001,Webinar\n",
        CampaignMember="CampaignId,ContactId,LeadId,Status\n701000000000001,,00Q000000000001,Responded\n",
        Lead="Id,LastName,Company,Score__c,IsConverted\n00Q000000000001,A,C,87,\n",
        OpportunityStage="MasterLabel,IsClosed,IsWon,DefaultProbability,SortOrder\nOpen,,,20,1\nWon,true,true,100,2\n",
        Opportunity="Name,StageName,CloseDate,IsWon\nDeal,Won,2026-01-31,\n",
    )
    counts = load_folder(org, tmp_path)
    assert counts["Account"] == counts["Opportunity"] == 1
    assert sum(counts.values()) == 9
    [contact] = client.query("SELECT Email, Account.Tier__c, Account.Owner.Name FROM Contact")
    assert (contact["Email"], contact["Account"]["Tier__c"], contact["Account"]["Owner"]["Name"]) == (
        "doe@acme.example",
        "Gold",
        "Gone",
    )
    assert client.query("SELECT IsWon, Probability FROM Opportunity") == [
        {"IsWon": True, "Probability": 100.0}
    ]
    assert client.query("SELECT HasResponded FROM CampaignMember") == [{"HasResponded": True}]
    stage = client.get("/sobjects/Opportunity/describe").json()["fields"]
    values = next(each["picklistValues"] for each in stage if each["name"] == "StageName")
    assert [each["value"] for each in values] == ["Open", "Won"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("Leads", "LastName\nA\n", "Leads.csv: the org has no object 'Leads' (did you mean Lead?)"),
        ("Lead", "LastNam\nA\n", "Lead.csv, line 1: Lead has no field 'LastNam' (did you mean LastName?)"),
        (
            "Lead",
            "LastName,AnnualRevenue\nA,1\nB,lots\n",
            "Lead.csv, line 3, column AnnualRevenue, value 'lots': write a number such as 1200.5",
        ),
        (
            "Lead",
            "LastName,Title\nA," + "x" * 129 + "\n",
            "(max length=128)",
        ),
        (
            "Lead",
            "LastName,Email\nA,nobody\n",
            "Lead.csv, line 2, column Email, value 'nobody': Email: invalid email",
        ),
        ("Lead", "Id,LastName\n001000000000001,A\n", "starts with 00Q; or leave the cell empty"),
        (
            "Lead",
            "Id,LastName\n00Q000000000001,A\n00Q000000000001,B\n",
            "Lead.csv, line 3, column Id, value '00Q000000000001EAA': line 2 has this Id already",
        ),
        ("Lead", "LastName,Title\nA\n", "Lead.csv, line 2: 1 cells where the header has 2"),
        (
            "Lead",
            'LastName,Company,OwnerId\n"A\nA",C,005000000000009\n',
            "Lead.csv, line 3, column OwnerId, value '005000000000009AAA': no Group or User has this Id",
        ),
        ("CustomField", "FullName,Size\nLead.A__c,1\n", "CustomField.csv, line 1: unknown column 'Size'"),
        (
            "CustomField",
            "FullName,Length\nLead.A__c,long\n",
            "CustomField.csv, line 2: column Length, value 'long'",
        ),
        ("CustomField", "FullName\nLaed.A__c\n", "CustomField.csv, line 2: FullName 'Laed.A__c' must be"),
    ],
)
def test_a_fault_is_named_with_its_place_and_nothing_is_loaded(org, tmp_path, name, text, message):
    write(tmp_path, Account="Name\nAcme\n", **{name: text})
    with pytest.raises(SandboxLoadError) as caught:
        load_folder(org, tmp_path)
    assert message in str(caught.value)
    assert str(caught.value).endswith("nothing was loaded")
    assert org.is_empty


def test_an_empty_folder_is_no_org(org, tmp_path):
    with pytest.raises(SandboxLoadError, match=r"has no <SObject>\.csv file"):
        load_folder(org, tmp_path)


def test_loading_the_same_ids_twice_is_refused(org, tmp_path):
    write(tmp_path, Account="Id,Name\n001000000000001,Acme\n")
    load_folder(org, tmp_path)
    with pytest.raises(SandboxLoadError, match="the org has this record already; reset the org first"):
        load_folder(org, tmp_path)


def close_date(text):
    return datetime.strptime(text or "31-12-17", "%d-%m-%y").replace(tzinfo=UTC).date()


@pytest.mark.skipif(not MAVEN.exists(), reason="the public Maven CRM data is absent")
def test_a_public_sales_pipeline_arrives_complete(org, client, tmp_path):
    with (MAVEN / "accounts.csv").open(encoding="utf-8") as file:
        names = [row["account"] for row in csv.DictReader(file)]
    with (MAVEN / "sales_pipeline.csv").open(encoding="utf-8") as file:
        deals = list(csv.DictReader(file))
    ids = {name: f"001{number:012}" for number, name in enumerate(names, start=1)}
    accounts = "".join(f"{ids[name]},{name}\n" for name in names)
    rows = "".join(
        f"{row['opportunity_id']},{row['deal_stage']},{close_date(row['close_date'])},"
        f"{ids.get(row['account'], '')},{row['close_value']}\n"
        for row in deals
    )
    write(
        tmp_path,
        Account="Id,Name\n" + accounts,
        OpportunityStage="MasterLabel,IsClosed,IsWon\nProspecting,,\nEngaging,,\nWon,true,true\nLost,true,false\n",
        Opportunity="Name,StageName,CloseDate,AccountId,Amount\n" + rows,
    )
    assert load_folder(org, tmp_path) == {"OpportunityStage": 4, "Account": 85, "Opportunity": 8800}
    won = sum(row["deal_stage"] == "Won" for row in deals)
    assert client.query("SELECT COUNT(Id) n FROM Opportunity WHERE IsWon = true") == [{"n": won}]


@pytest.mark.parametrize("name", sorted(each.name for each in standard_schema().objects.values()))
def test_a_row_of_any_object_is_made_whole(org, client, name):
    before = client.query(f"SELECT COUNT(Id) n FROM {name}")[0]["n"]
    assert load_rows(org, name, [{}]) == 1
    assert client.query(f"SELECT COUNT(Id) n FROM {name}")[0]["n"] == before + 1


def test_the_history_of_deals_is_loaded_too(org, client, tmp_path):
    deal = "006000000000001AAA"
    (tmp_path / "Opportunity.csv").write_text(
        f"Id,Name,StageName,CloseDate\n{deal},Deal,Prospecting,2026-01-31\n", encoding="utf-8"
    )
    (tmp_path / "OpportunityHistory.csv").write_text(
        "OpportunityId,StageName,CreatedDate\n"
        f"{deal},Qualification,2026-01-01T00:00:00Z\n{deal},Prospecting,2026-01-02T00:00:00Z\n",
        encoding="utf-8",
    )
    assert load_folder(org, tmp_path) == {"Opportunity": 1, "OpportunityHistory": 2}
    soql = "SELECT (SELECT StageName FROM OpportunityHistories ORDER BY CreatedDate) FROM Opportunity"
    (found,) = client.query(soql)
    stages = [each["StageName"] for each in found["OpportunityHistories"]["records"]]
    assert stages == ["Qualification", "Prospecting"]
