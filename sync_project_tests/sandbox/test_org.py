from concurrent.futures import ThreadPoolExecutor

import pytest

from sync_project.sandbox.errors import SandboxError
from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.org import SandboxOrg


def test_an_org_keeps_its_state_in_its_folder(tmp_path):
    with SandboxOrg.open(tmp_path) as org:
        org.add_custom_field("Lead", name="Score__c", type="Number", precision=3)
        org.make_read_only("Lead", "Score__c")
        load_rows(org, "Lead", [{"LastName": "A", "Company": "C", "Score__c": 7}])
        client_id, token = org.client_id, org.open_session()
    with SandboxOrg.open(tmp_path) as again:
        assert again.client_id == client_id
        assert again.find_session(token) is not None
        score = again.schema.find_object("Lead").find_field("Score__c")
        assert (score.precision, score.is_editable) == (3, False)
        assert again.connection.execute("SELECT Score__c FROM Lead").fetchall() == [(7.0,)]


def test_a_new_org_is_empty_until_somebody_loads_it(org):
    assert org.is_empty
    load_rows(org, "Account", [{"Name": "Acme"}])
    assert not org.is_empty


def test_reset_forgets_everything_but_the_folder(org):
    org.add_custom_field("Lead", name="Score__c", type="Number")
    load_rows(org, "Account", [{"Name": "Acme"}])
    secret, token = org.client_secret, org.open_session()
    org.reset()
    assert org.is_empty
    assert org.client_secret != secret
    assert org.find_session(token) is None
    assert org.schema.find_object("Lead").find_field("Score__c") is None


def test_two_processes_see_each_others_changes(tmp_path):
    with SandboxOrg.open(tmp_path) as first, SandboxOrg.open(tmp_path) as second:
        assert second.schema.find_object("Lead").find_field("Score__c") is None
        first.add_custom_field("Lead", name="Score__c", type="Number")
        assert second.schema.find_object("Lead").find_field("Score__c").type == "double"
        load_rows(second, "Lead", [{"LastName": "A", "Company": "C", "Score__c": 5}])
        assert not first.is_empty


def test_the_same_custom_field_twice_is_one_a_different_one_is_refused(org):
    org.add_custom_field("Lead", name="Score__c", type="Number", precision=3)
    org.add_custom_field("Lead", name="Score__c", type="Number", precision=3)
    with pytest.raises(SandboxError, match="exists and differs"):
        org.add_custom_field("Lead", name="Score__c", type="Text")


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ({"name": "Score", "type": "Number"}, "must end in __c"),
        ({"name": '"; DROP TABLE "Lead__c', "type": "Number"}, "must end in __c"),
        ({"name": "Score__c", "type": "Nummer"}, "unknown type 'Nummer'"),
        ({"name": "Parent__c", "type": "Lookup"}, "needs reference_to"),
    ],
)
def test_a_custom_field_that_cannot_be_is_refused(org, definition, message):
    with pytest.raises(SandboxError, match=message):
        org.add_custom_field("Lead", **definition)


def test_an_unknown_object_or_field_is_named(org):
    with pytest.raises(SandboxError, match="no object 'Leed'"):
        org.hide_field("Leed", "Title")
    with pytest.raises(SandboxError, match="Lead has no field 'Tittle'"):
        org.hide_field("Lead", "Tittle")


def test_a_custom_reference_leads_to_its_parent(org, client):
    org.add_custom_field("Lead", name="Referrer__c", type="Lookup", reference_to=["Contact"])
    contact = client.create("Contact", LastName="Doe")
    client.create("Lead", LastName="A", Company="C", Referrer__c=contact)
    found = client.get("/query", params={"q": "SELECT Referrer__r.Name FROM Lead"}).json()["records"]
    assert found[0]["Referrer__r"]["Name"] == "Doe"


def test_many_clients_at_once_lose_nothing(org, client):
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda n: client.create("Account", Name=f"A{n}"), range(40)))
    assert len(set(ids)) == 40
    assert client.query("SELECT COUNT(Id) n FROM Account") == [{"n": 40}]


def test_a_failure_undoes_a_whole_transaction_with_all_its_parts(org):
    with pytest.raises(RuntimeError), org.transaction():
        org.add_custom_field("Lead", name="Score__c", type="Number")
        load_rows(org, "Lead", [{"LastName": "A", "Company": "C", "Score__c": 1}])
        raise RuntimeError
    assert org.is_empty
    assert org.schema.find_object("Lead").find_field("Score__c") is None


def test_an_org_of_an_earlier_version_gets_the_columns_it_lacks(tmp_path):
    with SandboxOrg.open(tmp_path) as org:
        load_rows(org, "Lead", [{"LastName": "L", "Company": "C"}])
        org.connection.execute('ALTER TABLE "Lead" DROP COLUMN "DoNotCall"')
        org.connection.execute('ALTER TABLE "Lead" DROP COLUMN "Jigsaw"')
    with SandboxOrg.open(tmp_path) as org:
        rows = org.connection.execute('SELECT LastName, DoNotCall, Jigsaw FROM "Lead"').fetchall()
        assert rows == [("L", 0, None)]
