"""``icp.not_evaluated``: whom the evaluation rules of the settings leave without a score.

A rule is a condition in SQL over the signals of now and over what the records say beside them. Lessons are
learnt from everybody: what wins elsewhere is still worth knowing.
"""

from collections.abc import Mapping

import duckdb

from sync_project.icp.features.signals import Subject
from sync_project.settings.icp import EvaluationRules
from sync_project.warehouse.conditions import Condition
from sync_project.warehouse.models import quote_name, table_columns

TABLE = "icp.not_evaluated"

RECORDS: Mapping[Subject, str] = {
    Subject.PERSON: """(SELECT person.person_id AS subject_id, person.record_type, person.first_name,
            person.last_name, person.email_normalized AS email, person.email_kind, person.title,
            person.company, person.country, person.lead_source, person.created_at, affiliation.account_id,
            affiliation.account_name, affiliation.account_website, affiliation.account_owner_name,
            affiliation.account_owner_email, affiliation.assigned_owner_name,
            affiliation.assigned_owner_email, affiliation.organisation_id
        FROM matched.person AS person
        INNER JOIN matched.affiliation AS affiliation ON person.person_id = affiliation.person_id)""",
    Subject.ACCOUNT: """(SELECT account.account_id AS subject_id, account.account_id,
            NULL AS organisation_id, account.name, account.website, website.domain, account.type,
            account.industry, account.annual_revenue, account.employee_count,
            account.billing_country AS country, owner.name AS account_owner_name,
            owner.email AS account_owner_email, account.created_at
        FROM staged.account AS account
        LEFT JOIN matched.website AS website ON account.website = website.website
        LEFT JOIN staged.user AS owner ON account.owner_id = owner.user_id AND owner.is_active
        UNION ALL BY NAME
        SELECT organisation_id AS subject_id, organisation_id, name, domain, first_seen_at AS created_at
        FROM matched.organisation)""",
}
"""What is known of each beside the signals."""
RECORD_TABLES = (
    "matched.person",
    "matched.affiliation",
    "matched.organisation",
    "matched.website",
    "staged.account",
    "staged.user",
)
"""What those read."""


def leave_out(subject: Subject, *, rules: EvaluationRules, connection: duckdb.DuckDBPyConnection) -> None:
    """Add the subject's rows to the table, which must exist; ConditionError for an unusable rule."""
    text = rules.person if subject is Subject.PERSON else rules.account
    if text is None:
        return
    rule = _read_rule(subject, text, connection=connection)
    rule.check(connection=connection)
    rule.execute(
        f"""INSERT INTO {TABLE}
        SELECT $subject, subject.subject_id FROM {rule.relation} AS subject
        WHERE NOT coalesce({rule.sql}, FALSE) ORDER BY subject.subject_id""",
        {"subject": subject.value},
        connection=connection,
    )


def _read_rule(subject: Subject, text: str, *, connection: duckdb.DuckDBPyConnection) -> Condition:
    signals = [each for each in table_columns(f"icp.{subject}_now", connection=connection) if each != "as_of"]
    described = connection.execute(f"DESCRIBE SELECT * FROM {RECORDS[subject]}").fetchall()
    further = [name for name, *_ in described if name not in signals]
    columns = [f"now.{quote_name(each)}" for each in signals] + [f"record.{each}" for each in further]
    return Condition(
        setting=f"scoring.evaluate.{subject}",
        text=text,
        relation=f"""(SELECT {", ".join(columns)} FROM icp.{subject}_now AS now
            INNER JOIN {RECORDS[subject]} AS record ON now.subject_id = record.subject_id)""",
        columns=[each for each in (*signals, *further) if each != "subject_id"],
        example="country = 'DE'",
        without="everybody",
    )
