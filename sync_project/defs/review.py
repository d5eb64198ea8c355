"""What ``sync-project review`` shows and keeps: questions about matches, in lines that a person reads."""

from collections.abc import Iterator, Sequence

from sync_project.defs.matched import overrides_file
from sync_project.defs.surroundings import Surroundings
from sync_project.defs.terminal import harmless, show_table
from sync_project.matching.corrections.answers import (
    Answer,
    Question,
    find_answer,
    group_overrides,
    keep_answers,
    read_questions,
)
from sync_project.matching.corrections.overrides import Decision

COLUMNS = ("Id", "People", "Company and account", "Why")


def show_review(surroundings: Surroundings, *, rows: int, width: int) -> Iterator[str]:
    """The questions that nobody has answered, those on which most people hang first."""
    file = overrides_file(surroundings)
    overrides = group_overrides(file.read())
    asked = _read_questions(surroundings)
    questions = [each for each in asked if find_answer(each, overrides) is None]
    if not questions:
        yield _say_nothing(was_asked=bool(asked), has_run=surroundings.warehouse.path.exists())
        return
    shown = [row for each in questions[:rows] for row in _show_question(each)]
    yield from show_table(COLUMNS, shown, width=width)
    if len(questions) > rows:
        yield f"({len(questions) - rows:,} more; --rows shows so many)"
    yield ""
    yield "sync-project review --accept ID says that the company is the account, --reject ID that it is not."
    yield f"The next run goes by the answers, which are lines of {file.path}."


def keep_review(
    surroundings: Surroundings, *, accepted: Sequence[str], rejected: Sequence[str]
) -> Iterator[str]:
    """Keep the answers, and tell them."""
    file = overrides_file(surroundings)
    answers = keep_answers(
        _read_questions(surroundings),
        accepted=accepted,
        rejected=rejected,
        file=file,
        today=surroundings.clock().date(),
    )
    yield from map(_show_answer, answers)
    yield f"Kept in {file.path}; the next run goes by it."


def _read_questions(surroundings: Surroundings) -> list[Question]:
    if not surroundings.warehouse.path.exists():
        return []
    with surroundings.warehouse.transaction() as connection:
        return read_questions(connection)


def _say_nothing(*, was_asked: bool, has_run: bool) -> str:
    if was_asked:
        return "Nothing to review: every question is answered, and the next run goes by the answers."
    if has_run:
        return "Nothing to review: the last run has no question."
    return "Nothing to review yet: sync-project run asks the questions."


def _show_question(question: Question) -> Iterator[tuple[str, ...]]:
    """Two rows: one name stands below the other, so that the difference is seen."""
    repeats_names = question.rule == "similar_name"
    reason = (
        f"{question.score:.2f} alike" if repeats_names else question.reason.removeprefix("both have the ")
    )
    yield question.suggestion_id, f"{question.people_count:,}", question.company, reason
    yield "", "", question.account_name, ""


def _show_answer(answer: Answer) -> str:
    word = "is" if answer.decision is Decision.IS else "is not"
    question = answer.question
    return harmless(f"{question.company} {word} {question.account_name} ({question.account_id})")
