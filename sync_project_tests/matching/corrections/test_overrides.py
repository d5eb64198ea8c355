"""The overrides file, what its lines mean, and what is refused."""

import duckdb
import pytest

from sync_project.matching.company_names import company_key
from sync_project.matching.corrections.override_file import OverridesError
from sync_project.matching.corrections.overrides import (
    KeyPolicy,
    OverridesFile,
    fill_overrides,
    parse_overrides,
)
from sync_project_tests.matching.small_org import make_override, rows_of

HEADER = "kind,key,decision,target_id,note"
ACCOUNT = "001A0000006Vm9rIAC"
OTHER = "001000000000002AAA"
POLICY = KeyPolicy(own_domains=("ourselves.io",), keep_subdomain=False)


def overrides_file(path, *, policy=POLICY, is_needed=True):
    return OverridesFile(path=path, policy=policy, is_needed=is_needed)


@pytest.fixture
def read(tmp_path):
    def read_lines(*lines, header=HEADER, policy=POLICY):
        path = tmp_path / "overrides.csv"
        path.write_text("\n".join([header, *lines]), encoding="utf-8")
        found = overrides_file(path, policy=policy).read()
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
    (found,) = overrides_file(path).read()
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
        (f"domain,,is,{ACCOUNT},", "key '' names no company's domain (empty); write acme.com"),
        (f"domain,linkedin.com/company/acme,is,{ACCOUNT},", "key 'linkedin.com/company/acme' names no compa"),
        (f'domain,"acme.com, acme.de",is,{ACCOUNT},', "key 'acme.com, acme.de' names several domains; give"),
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
    assert overrides_file(path, is_needed=False).read() == []
    with pytest.raises(OverridesError, match=r"(?s)overrides\.csv .* it cannot be read \(No such file"):
        overrides_file(path).read()


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "overrides.csv"
    path.write_bytes(f"{HEADER}\ncompany_name,Müller,is,{ACCOUNT},".encode("latin-1"))
    with pytest.raises(OverridesError, match="it is no UTF-8 text"):
        overrides_file(path, is_needed=False).read()


LINE = {"kind": "domain", "key": "acme.com", "decision": "is", "target_id": ACCOUNT, "note": "a, b"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, f'{HEADER}\ndomain,acme.com,is,{ACCOUNT},"a, b"\n'.encode()),
        (b"", f'{HEADER}\ndomain,acme.com,is,{ACCOUNT},"a, b"\n'.encode()),
        (
            f"{HEADER}\nperson,003000000000001,is,,x".encode(),
            f'{HEADER}\nperson,003000000000001,is,,x\ndomain,acme.com,is,{ACCOUNT},"a, b"\n'.encode(),
        ),
        (
            b"\xef\xbb\xbfnote;key;kind;decision;target_id\r\n;x@acme.com;email;is;\r\n\r\n",
            b"\xef\xbb\xbfnote;key;kind;decision;target_id\r\n;x@acme.com;email;is;\r\n\r\n"
            + f"a, b;acme.com;domain;is;{ACCOUNT}\r\n".encode(),
        ),
    ],
)
def test_a_new_line_goes_on_as_the_file_is_written_and_leaves_its_other_bytes(tmp_path, before, after):
    path = tmp_path / "home" / "overrides.csv"
    if before is not None:
        path.parent.mkdir()
        path.write_bytes(before)
    overrides_file(path, is_needed=False).append([LINE])
    assert path.read_bytes() == after
    assert overrides_file(path).read()[-1].note == "a, b"


def test_a_link_stays_a_link_and_permissions_stay(tmp_path):
    path, link = tmp_path / "kept.csv", tmp_path / "overrides.csv"
    path.write_text(f"{HEADER}\n", encoding="utf-8")
    path.chmod(0o640)
    link.symlink_to(path)
    overrides_file(link).append([LINE])
    assert (link.is_symlink(), path.stat().st_mode & 0o777) == (True, 0o640)
    assert path.read_text(encoding="utf-8").count("acme.com") == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["kept.csv", "overrides.csv"]


@pytest.mark.parametrize(
    "before",
    [f"{HEADER}\ndomain,acme.com,is,{OTHER},", f"{HEADER}\ndomain,gmail.com,is,{OTHER},", "kind,key\n"],
)
def test_a_line_is_not_added_to_a_file_that_cannot_be_used_with_it(tmp_path, before):
    path = tmp_path / "overrides.csv"
    path.write_text(before, encoding="utf-8")
    with pytest.raises(OverridesError):
        overrides_file(path).append([LINE])
    assert path.read_text(encoding="utf-8") == before


@pytest.mark.parametrize("company", ['=HYPERLINK("evil")', "+Acme", "-Acme", "@Acme", "Acme\nGmbH\u202e"])
def test_a_text_of_the_org_is_harmless_in_the_file_and_keeps_its_key(tmp_path, company):
    path = tmp_path / "overrides.csv"
    overrides_file(path, is_needed=False).append([LINE | {"kind": "company_name", "key": company}])
    (found,) = overrides_file(path).read()
    _, line = path.read_text(encoding="utf-8").splitlines()
    assert found.key == company_key(company)
    assert line.split(",")[1].strip('"')[0] not in "=+-@"


REDIRECTS = """CREATE SCHEMA matched;
CREATE TABLE matched.record_redirect (record_id VARCHAR, final_record_id VARCHAR)"""


def test_the_table_holds_the_corrections_and_a_second_fill_replaces_the_first(tmp_path):
    connection = duckdb.connect()
    connection.execute(REDIRECTS)
    text = f"{HEADER}\ndomain,acme.com,is_not,{ACCOUNT},Jo said so\nperson,003000000000001,is,,"
    assert fill_overrides(connection, parse_overrides(text, path=tmp_path, policy=POLICY)) == 2
    assert rows_of(connection, "SELECT * FROM matched.override") == [
        ("domain", "acme.com", "is_not", ACCOUNT, "Jo said so", 2),
        ("person", "003000000000001AAA", "is", None, None, 3),
    ]
    assert fill_overrides(connection, []) == 0
    assert rows_of(connection, "SELECT * FROM matched.override") == []


def test_targets_are_followed_through_merges_and_conversions():
    connection = duckdb.connect()
    connection.execute(REDIRECTS)
    connection.execute("INSERT INTO matched.record_redirect VALUES ('001OLD', '001NEW'), ('00QB', '003B')")
    corrections = [
        make_override(2, {"kind": "person", "key": "00QB", "decision": "is", "target_id": "001OLD"}),
        make_override(3, {"kind": "email", "key": "j@acme.com", "decision": "is", "target_id": "00QB"}),
    ]
    assert fill_overrides(connection, corrections) == 2
    assert rows_of(connection, "SELECT line, key, target_id FROM matched.override") == [
        (2, "00QB", "001NEW"),
        (3, "j@acme.com", "003B"),
    ]
