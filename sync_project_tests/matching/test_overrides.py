"""The overrides file, what its lines mean, and what is refused."""

import duckdb
import pytest

from sync_project.matching.override_file import OverridesError
from sync_project.matching.overrides import KeyPolicy, fill_overrides, parse_overrides, read_overrides
from sync_project_tests.matching.small_org import rows_of

HEADER = "kind,key,decision,target_id,note"
ACCOUNT = "001A0000006Vm9rIAC"
OTHER = "001000000000002AAA"
POLICY = KeyPolicy(own_domains=("ourselves.io",), keep_subdomain=False)


@pytest.fixture
def read(tmp_path):
    def read_lines(*lines, header=HEADER, policy=POLICY):
        path = tmp_path / "overrides.csv"
        path.write_text("\n".join([header, *lines]), encoding="utf-8")
        found = read_overrides(path, policy=policy, is_needed=True)
        return [(*map(str, (each.kind, each.key, each.decision)), each.target_id) for each in found]

    return read_lines


@pytest.fixture
def faults(read):
    def read_faults(*lines, header=HEADER):
        with pytest.raises(OverridesError) as caught:
            read(*lines, header=header)
        return list(caught.value.faults)

    return read_faults


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("person,003000000000001,is,001A0000006Vm9r,", ("person", "003000000000001AAA", "is", ACCOUNT)),
        ("person,00Q000000000001EAA,is,,left", ("person", "00Q000000000001EAA", "is", None)),
        ("email,Jane <Jane@GMAIL.com>,is,001a0000006vm9riac,", ("email", "jane@gmail.com", "is", ACCOUNT)),
        ("email,j@acme.com,is,003000000000001,", ("email", "j@acme.com", "is", "003000000000001AAA")),
        ("email,j@acme.com,is,00Q000000000001,", ("email", "j@acme.com", "is", "00Q000000000001EAA")),
        (f"domain,https://shop.acme.co.uk/x,is,{ACCOUNT},", ("domain", "acme.co.uk", "is", ACCOUNT)),
        (f" Domain , acme.com , IS_NOT , {ACCOUNT} ,", ("domain", "acme.com", "is_not", ACCOUNT)),
        (f'company_name,"Acme, Inc.",is,{ACCOUNT},', ("company_name", "acme", "is", ACCOUNT)),
        ("company_name,Bayou Consulting,is,,several", ("company_name", "bayouconsulting", "is", None)),
    ],
)
def test_keys_and_ids_are_read_as_everywhere(read, line, expected):
    assert read(line) == [expected]


def test_a_subdomain_is_a_key_of_its_own_where_the_settings_say_so(read):
    keeping = KeyPolicy(own_domains=(), keep_subdomain=True)
    assert read(f"domain,www.shop.acme.com,is,{ACCOUNT},", policy=keeping) == [
        ("domain", "shop.acme.com", "is", ACCOUNT)
    ]


def test_what_excel_makes_of_the_file_is_read(tmp_path):
    path = tmp_path / "overrides.csv"
    path.write_bytes(
        b"\xef\xbb\xbfkey;kind;decision;target_id;note\r\n"
        b"acme.com;domain;is;001000000000002;says, so\r\n;;;;\r\n\r\n"
    )
    (found,) = read_overrides(path, policy=POLICY, is_needed=True)
    assert (found.key, found.target_id, found.note, found.line) == ("acme.com", OTHER, "says, so", 2)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (f"acount,acme.com,is,{ACCOUNT},", "kind 'acount' is none of those that go here; write person or "),
        (f"domain,acme.com,was,{ACCOUNT},", "decision 'was' is none of those that go here; write is or is_"),
        (f"person,003000000000001,is_not,{ACCOUNT},", "decision 'is_not' is none of those that go here; wri"),
        ("domain,acme.com,is_not,,", "is_not needs a target_id: the account that it is not"),
        (f"person,Jane Doe,is,{ACCOUNT},", "key 'Jane Doe' is no record id; copy the 15 or 18 characters of"),
        (
            f"person,{ACCOUNT},is,{ACCOUNT},",
            f"key '{ACCOUNT}' is an id of Account; give that of the Contact ",
        ),
        ("domain,acme.com,is,003000000000001,", "target_id '003000000000001' is an id of Contact; give that"),
        ("domain,acme.com,is,006000000000001,", "target_id '006000000000001' is an id of another object; gi"),
        ("domain,acme.com,is,001A0000006Vm9rIAB,", "target_id '001A0000006Vm9rIAB' is no record id; copy "),
        (
            f"email,jane,is,{ACCOUNT},",
            "key 'jane' is nobody's email address; write one such as jane@acme.com",
        ),
        (f"email,none@none.com,is,{ACCOUNT},", "key 'none@none.com' is nobody's email address; write one"),
        (f"domain,gmail.com,is,{ACCOUNT},", "key 'gmail.com' is a mail provider's, of many companies; take"),
        (f"domain,www.ourselves.io,is,{ACCOUNT},", "key 'www.ourselves.io' is one of matching.own_domains "),
        (f"domain,linkedin.com/company/acme,is,{ACCOUNT},", "key 'linkedin.com/company/acme' names no compa"),
        (f'domain,"acme.com, acme.de",is,{ACCOUNT},', "key 'acme.com, acme.de' names several domains; give"),
        (f"domain,,is,{ACCOUNT},", "key '' names no company's domain (empty); write acme.com"),
        (f"company_name,Self-Employed,is,{ACCOUNT},", "key 'Self-Employed' names no company; write the name"),
        (f"company_name,Acme, Inc.,is,{ACCOUNT},", "it has 6 cells, not 5; put a text with a comma in doub"),
        (f'company_name,"Acme" Inc.,is,{ACCOUNT},', "',' expected after '\"'; check its double quotes"),
    ],
)
def test_a_line_that_cannot_be_right_is_refused_with_value_and_remedy(faults, line, fault):
    (told,) = faults(line)
    assert told.startswith(f"line 2: {fault}")


def test_every_bad_line_is_told_at_once(faults):
    told = faults(
        f"domain,acme.com,is,{ACCOUNT},",
        f'company_name,"A"cme,is,{ACCOUNT},',
        f'company_name,"in two\nlines",is,{ACCOUNT},',
        "",
        f"domain,gmail.com,is,{ACCOUNT},",
        f'email,"never closed,is,{ACCOUNT},',
    )
    assert [each.partition(":")[0] for each in told] == ["line 3", "line 7", "line 8"]


def test_one_key_with_two_answers_is_refused_and_one_answer_twice_is_not(read, faults):
    assert faults(
        f"domain,acme.com,is,{ACCOUNT},",
        f"domain,http://www.acme.com,is,{OTHER},",
        f"company_name,Acme,is_not,{ACCOUNT},",
        f"company_name,ACME Inc.,is,{ACCOUNT},",
    ) == [
        "line 3: domain 'acme.com' has another answer in line 2; keep one",
        "line 5: company_name 'acme' has another answer in line 4; keep one",
    ]
    assert read(
        f"domain,acme.com,is,{ACCOUNT},",
        f"domain,acme.com,is,{ACCOUNT},again",
        f"domain,acme.com,is_not,{OTHER},",
        f"company_name,Acme,is_not,{ACCOUNT},",
        f"company_name,Acme,is_not,{OTHER},",
    ) == [
        ("domain", "acme.com", "is", ACCOUNT),
        ("domain", "acme.com", "is_not", OTHER),
        ("company_name", "acme", "is_not", ACCOUNT),
        ("company_name", "acme", "is_not", OTHER),
    ]


@pytest.mark.parametrize("header", ["", "kind,key,decision,target", 'kind,"key'])
def test_another_header_is_refused(faults, header):
    (told,) = faults(f"domain,acme.com,is,{ACCOUNT},", header=header)
    assert told.startswith("line 1: the header is ")
    assert told.endswith(f"write {HEADER!r}")


def test_a_file_that_is_absent_is_empty_unless_the_settings_name_it(tmp_path):
    path = tmp_path / "overrides.csv"
    assert read_overrides(path, policy=POLICY, is_needed=False) == []
    with pytest.raises(OverridesError, match=r"(?s)overrides\.csv .* it cannot be read \(No such file"):
        read_overrides(path, policy=POLICY, is_needed=True)


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "overrides.csv"
    path.write_bytes(f"{HEADER}\ncompany_name,Müller,is,{ACCOUNT},".encode("latin-1"))
    with pytest.raises(OverridesError, match="it is no UTF-8 text"):
        read_overrides(path, policy=POLICY, is_needed=False)


def test_the_table_holds_the_corrections_and_a_second_fill_replaces_the_first(tmp_path):
    connection = duckdb.connect()
    text = f"{HEADER}\ndomain,acme.com,is_not,{ACCOUNT},Jo said so\nperson,003000000000001,is,,"
    assert fill_overrides(connection, parse_overrides(text, path=tmp_path, policy=POLICY)) == 2
    assert rows_of(connection, "SELECT * FROM matched.override") == [
        ("domain", "acme.com", "is_not", ACCOUNT, "Jo said so", 2),
        ("person", "003000000000001AAA", "is", None, None, 3),
    ]
    assert fill_overrides(connection, []) == 0
    assert rows_of(connection, "SELECT * FROM matched.override") == []
