"""History objects: what was written when."""

from sync_project.sandbox.records.rule_setup import set_up_rule

DEAL = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-05-31"}


def test_an_opportunity_leaves_its_steps(client, clock):
    deal = client.create("Opportunity", **DEAL, Amount=1000)
    client.patch(f"/sobjects/Opportunity/{deal}", {"NextStep": "Call"})
    clock.advance(days=1)
    client.patch(f"/sobjects/Opportunity/{deal}", {"StageName": "Closed Won", "Amount": 2000})
    steps = client.query(
        "SELECT StageName, Amount, Probability, ExpectedRevenue, PrevAmount, CreatedDate "
        "FROM OpportunityHistory ORDER BY CreatedDate"
    )
    assert steps == [
        {
            "StageName": "Prospecting",
            "Amount": 1000.0,
            "Probability": 10.0,
            "ExpectedRevenue": 100.0,
            "PrevAmount": None,
            "CreatedDate": "2026-03-02T09:30:15.000+0000",
        },
        {
            "StageName": "Closed Won",
            "Amount": 2000.0,
            "Probability": 100.0,
            "ExpectedRevenue": 2000.0,
            "PrevAmount": 1000.0,
            "CreatedDate": "2026-03-03T09:30:15.000+0000",
        },
    ]
    (found,) = client.query(
        "SELECT (SELECT Id FROM OpportunityHistories ORDER BY CreatedDate), LastAmountChangedHistoryId, "
        "LastCloseDateChangedHistoryId FROM Opportunity"
    )
    assert found["OpportunityHistories"]["records"][1]["Id"] == found["LastAmountChangedHistoryId"]
    assert found["LastCloseDateChangedHistoryId"] is None


def test_tracked_fields_leave_their_values(client, clock):
    deal = client.create("Opportunity", **DEAL)
    clock.advance(days=1)
    client.patch(f"/sobjects/Opportunity/{deal}", {"Amount": 2000, "NextStep": "Call"})
    assert client.query(
        "SELECT Field, DataType, OldValue, NewValue FROM OpportunityFieldHistory ORDER BY CreatedDate"
    ) == [
        {"Field": "created", "DataType": "Text", "OldValue": None, "NewValue": None},
        {"Field": "Amount", "DataType": "Currency", "OldValue": None, "NewValue": 2000.0},
    ]


def test_a_reference_leaves_names_and_ids(client):
    acme, engine = client.create("Account", Name="Acme"), client.create("Account", Name="Engine")
    contact = client.create("Contact", LastName="Doe", AccountId=acme)
    client.patch(f"/sobjects/Contact/{contact}", {"AccountId": engine})
    rows = client.query(
        f"SELECT Field, DataType, OldValue, NewValue FROM ContactHistory WHERE ContactId = '{contact}' "
        "AND Field != 'created' ORDER BY Id"
    )
    assert rows == [
        {"Field": "Account", "DataType": "Text", "OldValue": "Acme", "NewValue": "Engine"},
        {"Field": "Account", "DataType": "EntityId", "OldValue": acme, "NewValue": engine},
    ]


def test_the_admin_chooses_what_is_tracked(org, client):
    lead = client.create("Lead", LastName="A", Company="C")
    with org.writing() as context:
        set_up_rule(context, "history", {"sobject": "Lead", "field": "Title"})
    client.send(
        "POST", "/sandbox/history-rules", json={"sobject": "Lead", "field": "Status", "tracked": False}
    )
    client.patch(f"/sobjects/Lead/{lead}", {"Title": "CEO", "Status": "Working - Contacted"})
    (found,) = client.query(
        "SELECT (SELECT Field, NewValue FROM Histories WHERE Field != 'created') FROM Lead"
    )
    assert [each["NewValue"] for each in found["Histories"]["records"]] == ["CEO"]


def test_history_is_written_by_the_org_alone(client):
    client.create("Lead", LastName="A", Company="C")
    (row,) = client.query("SELECT Id, LeadId FROM LeadHistory")
    assert client.post("/sobjects/LeadHistory", {"LeadId": row["LeadId"]}).status_code == 400
    assert client.send("DELETE", f"/sobjects/LeadHistory/{row['Id']}").status_code == 400


def test_the_org_says_which_fields_it_tracks(org, client):
    with org.writing() as context:
        set_up_rule(context, "history", {"sobject": "Contact", "field": "Title"})
        set_up_rule(context, "history", {"sobject": "Contact", "field": "Email", "tracked": False})
    found = client.query(
        "SELECT QualifiedApiName, EntityDefinition.QualifiedApiName FROM FieldDefinition "
        "WHERE EntityDefinition.QualifiedApiName IN ('Account', 'Contact') AND IsFieldHistoryTracked = true "
        "ORDER BY DurableId"
    )
    assert [(each["EntityDefinition"]["QualifiedApiName"], each["QualifiedApiName"]) for each in found] == [
        ("Account", "Name"),
        ("Account", "OwnerId"),
        ("Contact", "AccountId"),
        ("Contact", "OwnerId"),
        ("Contact", "Title"),
    ]
