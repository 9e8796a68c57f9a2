"""One problem of a benchmark: its text with lettered choices, its gold answer, its variant."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parallelize.core.errors import InputError
from parallelize.core.evaluation_recipe import BenchmarkOptions
from parallelize.core.records import Record
from parallelize.evaluation.response_values import first_question
from parallelize.stages.lettered import arranged, letter_of
from parallelize.store.row_texts import RowTexts, row_texts
from parallelize.text.answers import choice_of_gold

__all__ = ["BenchmarkProblem", "no_gold", "of_corpus", "problem_of", "texts_of"]

_LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkProblem:
    """One problem in one language."""

    id: str
    """Of the item; its variants share it."""
    text: str
    gold: str | None
    level: str | None = None
    choices: tuple[str, ...] = ()
    """In the order of their letters."""
    chance: float | None = None
    """Share of right answers of somebody who guesses."""
    variant: str | None = None


def no_gold(benchmark: str, where: str) -> InputError:
    """The error of a row, or a file, without gold answers."""
    return InputError(
        f"benchmark {benchmark}: {where} has no gold answer",
        remedy="name its column with --answer COLUMN; --answer - judges the language only",
    )


def problem_of(
    record: Record, row_id: str, place: BenchmarkOptions, *, needs_gold: bool, from_one: bool = False
) -> BenchmarkProblem:
    """Make a problem of a row.

    Choices that the row has are shown though no option names them, as exports show them (`stages.lettered`).

    Args:
        place: where the benchmark is and how its columns are called.
        from_one: an index of a right choice counts from 1; see `lettered.Counting`.

    Raises:
        InputError: no gold answer, a choice is missing, or the gold answer is none of the choices.
    """
    if place.messages:
        text = first_question(record.row.get(place.messages))
        if not text:
            raise InputError(
                f"benchmark {place.name}, row {row_id}: nobody asks anything in {place.messages}",
                remedy="a chat is a list of turns with a role and a content",
            )
    else:
        text = texts_of(record).problem or ""  # all of it, though parts of it are texts of their own
    choices: tuple[str, ...] = ()
    gold: str | None
    if place.options:
        choices = _options(record, row_id, place)
        gold = _right_letter(record, row_id, place, choices)
        text = _lettered(text, choices)
    else:
        gold = record.answer
        if place.choices and gold is not None:
            choices = _shuffled(record, row_id, gold, place)
            gold = _LETTERS[choices.index(gold.strip())]
            text = _lettered(text, choices)
        elif not place.letters:
            from_one = from_one or place.first_index == 1
            choices, gold, text = _with_choices(texts_of(record), row_id, text, from_one=from_one)
    if gold is None and needs_gold:
        raise no_gold(place.name, f"row {row_id}")
    count = len(choices) or place.letters or 0
    return BenchmarkProblem(
        id=row_id,
        text=text,
        gold=gold,
        level=_cell(record, place.level),
        choices=choices,
        chance=1 / count if count else None,
        variant=_cell(record, place.variant),
    )


def texts_of(record: Record) -> RowTexts:
    """The texts of a row, sorted as those of a corpus are."""
    places = [{"path": item.path, "role": item.role.value, "speaker": item.speaker} for item in record.texts]
    return row_texts(record.row, places, answer=record.answer)


def _cell(record: Record, column: str | None) -> str | None:
    value = None if column is None else record.row.get(column)
    return None if value is None else str(value)


def of_corpus(row_id: str, texts: RowTexts) -> BenchmarkProblem | None:
    """A problem of a row of a corpus; None where nothing is asked."""
    text = texts.problem or next((turn.content for turn in texts.messages if turn.role == "user"), None)
    if text is None:
        return None
    choices, gold, text = _with_choices(texts, row_id, text, from_one=False)
    return BenchmarkProblem(
        id=row_id, text=text, gold=gold, choices=choices, chance=1 / len(choices) if choices else None
    )


def _with_choices(
    texts: RowTexts, row_id: str, text: str, *, from_one: bool
) -> tuple[tuple[str, ...], str | None, str]:
    """Choices, gold answer and problem of a row; its own answer and text where no choice of it is right."""
    texts = arranged(texts, row_id)
    letter = letter_of(texts, from_one=from_one)
    if letter is None or not 2 <= len(texts.choices) <= len(_LETTERS):
        return (), texts.answer, text
    return texts.choices, letter, _lettered(text, texts.choices)


def _lettered(text: str, choices: Sequence[str]) -> str:
    lines = [f"{letter}) {choice}" for letter, choice in zip(_LETTERS, choices, strict=False)]
    return f"{text.rstrip()}\n\n" + "\n".join(lines)


def _shuffled(record: Record, row_id: str, right: str, place: BenchmarkOptions) -> tuple[str, ...]:
    """The right answer among the wrong ones; one order of an item in all languages."""
    wrong = [record.row.get(column) for column in place.choices]
    if not all(isinstance(item, str) and item.strip() for item in wrong):
        raise InputError(
            f"benchmark {place.name}, row {row_id}: a choice is missing",
            remedy=f"choices are the columns {', '.join(place.choices)}",
        )
    order = list(range(len(wrong) + 1))
    seed = int.from_bytes(hashlib.sha256(f"{place.name}\0{row_id}".encode()).digest()[:8], "big")
    random.Random(seed).shuffle(order)
    found = [right, *map(str, wrong)]
    return tuple(found[which].strip() for which in order)


def _options(record: Record, row_id: str, place: BenchmarkOptions) -> tuple[str, ...]:
    """The choices of a row, in its own order: from columns of their own, or from one with a list."""
    values: Any = [record.row.get(column) for column in place.options]
    if len(values) == 1:
        values = _listed(values[0])
    texts = tuple(str(value).strip() for value in values if value is not None)
    if not 2 <= len(texts) <= len(_LETTERS) or len(texts) != len(values) or not all(texts):
        raise InputError(
            f"benchmark {place.name}, row {row_id}: {len(texts)} choices in {', '.join(place.options)}",
            remedy=f"options are 2 to {len(_LETTERS)} columns of texts, or one column with a list of texts",
        )
    return texts


def _listed(value: Any) -> list[Any]:
    """A list of choices as data sets write it: a list, texts beside labels, a letter for each, JSON text."""
    if isinstance(value, str) and value.lstrip()[:1] in {"[", "{"}:
        try:
            value = json.loads(value)
        except ValueError:
            return []
    if isinstance(value, Mapping):
        value = value["text"] if isinstance(value.get("text"), Sequence) else list(value.values())
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [item.get("text", item.get("content")) if isinstance(item, Mapping) else item for item in value]


def _right_letter(record: Record, row_id: str, place: BenchmarkOptions, choices: Sequence[str]) -> str | None:
    """The letter of the gold answer, which is a letter, an index or the text of a choice."""
    column = place.answer
    value = record.row.get(column) if column else record.answer
    if value is None:
        return None
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    written = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    if written.isdecimal() and written not in choices:
        index: int | None = int(written) - place.first_index
    else:
        index = choice_of_gold(written, choices, "en")
    if index is None or not 0 <= index < len(choices):
        raise InputError(
            f"benchmark {place.name}, row {row_id}: {written[:60]!r} is none of {len(choices)} choices",
            remedy="an answer is a letter, an index (first_index = 1 where they begin with 1) or a text",
        )
    return _LETTERS[index]
