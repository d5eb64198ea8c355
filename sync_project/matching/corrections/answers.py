"""The questions of matched.suggestion, and how a person's answers become lines of the overrides file."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

import duckdb

from sync_project.matching.company_names import company_key
from sync_project.matching.corrections.overrides import Decision, Override, OverrideKind, OverridesFile
from sync_project.warehouse.models import table_exists

_TABLE = "matched.suggestion"
OverridesByKey = Mapping[tuple[str, str | None], Sequence[Override]]


class AnswerError(ValueError):
    """An answer that cannot be kept; none of those that came with it is."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One row of matched.suggestion: the columns that a person needs for an answer."""

    suggestion_id: str
    kind: OverrideKind
    company: str
    account_id: str
    account_name: str
    rule: str
    score: float
    reason: str
    people_count: int

    @property
    def key(self) -> str | None:
        """What it is about, as matched.override has it."""
        return company_key(self.company) if self.kind is OverrideKind.COMPANY_NAME else self.company


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a person says to a question."""

    question: Question
    decision: Decision


def read_questions(connection: duckdb.DuckDBPyConnection) -> list[Question]:
    """What the last run asks, the most important first; nothing where none has asked yet."""
    if not table_exists(_TABLE, connection=connection):
        return []
    columns = [each.name for each in fields(Question)]
    rows = connection.execute(f"SELECT {', '.join(columns)} FROM {_TABLE} ORDER BY place").fetchall()
    found = (dict(zip(columns, row, strict=True)) for row in rows)
    return [Question(**(each | {"kind": OverrideKind(each["kind"])})) for each in found]


def group_overrides(overrides: Iterable[Override]) -> OverridesByKey:
    """Corrections by what they are about, so that each question is looked up once."""
    by_key: defaultdict[tuple[str, str | None], list[Override]] = defaultdict(list)
    for each in overrides:
        by_key[each.kind, each.key].append(each)
    return by_key


def find_answer(question: Question, overrides: OverridesByKey) -> Override | None:
    """What the overrides file says to a question already; the next run does not ask it any more."""
    about = overrides.get((question.kind, question.key), ())
    return next(
        (each for each in about if each.decision is Decision.IS or each.target_id == question.account_id),
        None,
    )


def keep_answers(
    questions: Iterable[Question],
    *,
    accepted: Iterable[str],
    rejected: Iterable[str],
    file: OverridesFile,
    today: date,
) -> list[Answer]:
    """Write yes and no to the questions with these ids into the overrides file; returns the answers.

    AnswerError names an id that is not there, a question that is answered, or answers that contradict.
    """
    by_id = {each.suggestion_id: each for each in questions}
    given = [(each, Decision.IS) for each in accepted] + [(each, Decision.IS_NOT) for each in rejected]
    answers = list(
        dict.fromkeys(
            Answer(question=_find_question(suggestion_id, by_id=by_id), decision=decision)
            for suggestion_id, decision in given
        )
    )
    _refuse_answered(answers, file=file)
    _refuse_contradictions(answers)
    file.append([_write_line(each, today=today) for each in answers])
    return answers


def _find_question(suggestion_id: str, *, by_id: Mapping[str, Question]) -> Question:
    try:
        return by_id[suggestion_id.strip().lower()]
    except KeyError:
        raise AnswerError(
            f"There is no suggestion {suggestion_id!r}; sync-project review lists those of the last run."
        ) from None


def _refuse_answered(answers: Iterable[Answer], *, file: OverridesFile) -> None:
    overrides = group_overrides(file.read())
    for each in answers:
        earlier = find_answer(each.question, overrides)
        if earlier is not None:
            raise AnswerError(
                f"{each.question.suggestion_id} is answered in line {earlier.line} of {file.path}; "
                "to answer otherwise, change that line."
            )


def _refuse_contradictions(answers: Iterable[Answer]) -> None:
    """Yes and no to one question, or yes to two accounts of one company."""
    seen: set[Question] = set()
    accepted: dict[tuple[str, str | None], Question] = {}
    for each in answers:
        question = each.question
        if question in seen:
            raise AnswerError(f"{question.suggestion_id} is both accepted and rejected; give one answer.")
        seen.add(question)
        if each.decision is Decision.IS_NOT:
            continue
        other = accepted.setdefault((question.kind, question.key), question)
        if other is not question:
            raise AnswerError(
                f"{other.suggestion_id} and {question.suggestion_id} give {question.company!r} to two "
                "accounts; accept one."
            )


def _write_line(answer: Answer, *, today: date) -> dict[str, str]:
    question = answer.question
    return {
        "kind": question.kind,
        "key": question.company,
        "decision": answer.decision,
        "target_id": question.account_id,
        "note": f"{today.isoformat()} review: {question.account_name}; {question.reason}",
    }
