"""Rows of logs as evaluation tools write them, told apart by their keys and read into roles.

A form takes one row of a file and gives the roles (`responses.ROLES`) of each response in it: several where a
row holds several samples. Values stay what they are; `responses.response_of` checks that they are text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from parallelize.core.errors import InputError
from parallelize.evaluation.response_apis import api_fits, api_roles
from parallelize.evaluation.response_values import (
    Roles,
    Row,
    chat_roles,
    is_chat,
    look_up,
    message_parts,
    one_gold,
    prompt_text,
    turns_of,
)
from parallelize.evaluation.responses import NAMES

__all__ = ["FORMS", "SAID_BY_FORM", "LogForm", "form_of", "said_text", "usual_column"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogForm:
    """One way in which a tool writes responses."""

    name: str
    """What `--format` calls it."""
    title: str
    """Whose form it is, for people."""
    fits: Callable[[Row], bool]
    """Whether a row is of this form."""
    read: Callable[[Row], Iterator[Roles]]
    """The responses in a row."""


# ------------------------------------------------------------------ lm-evaluation-harness


def _lm_eval_fits(row: Row) -> bool:
    return "resps" in row and ("doc" in row or "filtered_resps" in row)


def _texts(value: Any) -> Iterator[Any]:
    """Texts at the bottom of nested lists."""
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    else:
        yield value


def _lm_eval(row: Row) -> Iterator[Roles]:
    doc = row.get("doc")
    golds = (row.get("target"), look_up(doc, "answer_number"), look_up(doc, "answer"))
    gold = next((value for value in golds if value not in (None, "")), None)
    choices = _choices(doc)
    if isinstance(gold, int) and not isinstance(gold, bool) and choices and 0 <= gold < len(choices):
        gold = choices[gold]
    prompt = row.get("arguments")
    prompt = look_up(prompt, "gen_args_0.arg_0") if isinstance(prompt, Mapping) else look_up(prompt, "0.0")
    if any(isinstance(inner, list) and inner and isinstance(inner[0], list) for inner in row["resps"]):
        raise InputError(
            "this task was scored by likelihoods: there is no text that a model wrote",
            remedy="score the samples of a task that generates (output_type: generate_until)",
        )
    for number, text in enumerate(_texts(row["resps"])):
        yield {
            "id": row.get("doc_id"),
            "response": text,
            "gold": one_gold(gold),
            "prompt": prompt_text(prompt),
            "sample": number,
            "choices": choices,
            "_filter": row.get("filter"),
        }


def _choices(doc: Any) -> Any:
    """Choices of an item, in the ways that data sets write them."""
    for key in ("choices", "options", "answer_choices"):
        found = look_up(doc, key)
        if isinstance(found, Mapping) and isinstance(found.get("text"), list):
            return found["text"]
        if isinstance(found, Mapping) and found and all(len(str(name)) == 1 for name in found):
            return [found[name] for name in sorted(found)]
        if isinstance(found, list) and len(found) > 1:
            return found
    return None


# ------------------------------------------------------------------ lighteval


def _lighteval_fits(row: Row) -> bool:
    new = isinstance(row.get("doc"), Mapping) and isinstance(row.get("model_response"), Mapping)
    return new or ("predictions" in row and ("full_prompt" in row or "gold_index" in row))


def _literal(value: Any) -> Any:
    """A list that an older version wrote as Python's own text of it."""
    if isinstance(value, str) and value[:1] in "[{" and value[-1:] in "]}":
        try:
            return ast.literal_eval(value)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return value
    return value


def _lighteval(row: Row) -> Iterator[Roles]:
    doc = row["doc"] if isinstance(row.get("doc"), Mapping) else row
    said = row["model_response"] if isinstance(row.get("model_response"), Mapping) else {}
    texts = _literal(said.get("text", row.get("predictions")))
    thoughts = said.get("reasonings") or []
    choices, index = _literal(doc.get("choices")), _literal(doc.get("gold_index"))
    gold = _literal(row.get("gold")) if isinstance(choices, str) or not choices else None
    if isinstance(choices, list) and choices:
        indices = index if isinstance(index, list) else [index]
        gold = [choices[at] for at in indices if isinstance(at, int) and 0 <= at < len(choices)]
    for number, text in enumerate(texts if isinstance(texts, list) else [texts]):
        yield {
            "id": doc.get("id"),
            "response": text,
            "thinking": thoughts[number] if number < len(thoughts) else None,
            "gold": one_gold(gold),
            "prompt": prompt_text(doc.get("query") or row.get("example") or said.get("input")),
            "sample": number,
            "choices": choices if isinstance(choices, list) and len(choices) > 1 else None,
            "_task": doc.get("task_name"),
        }


# ------------------------------------------------------------------ inspect


def _inspect_output(row: Row) -> Any:
    """What the model said; EvalScope calls it `model_output`."""
    return row.get("output", row.get("model_output"))


def _inspect_fits(row: Row) -> bool:
    output = _inspect_output(row)
    return isinstance(output, Mapping) and "target" in row and ("choices" in output or "completion" in output)


def _inspect(row: Row) -> Iterator[Roles]:
    output = _inspect_output(row)
    found = output.get("choices") or []
    text, thinking = message_parts(look_up(found, "0.message"))
    if not text and isinstance(output.get("completion"), str):
        text = output["completion"]
    metadata: Mapping[str, Any] = row["metadata"] if isinstance(row.get("metadata"), Mapping) else {}
    target = row.get("target")
    yield {
        "id": row.get("id", row.get("index")),
        "response": text,
        "thinking": thinking,
        "gold": one_gold(target),
        "prompt": prompt_text(row.get("input", row.get("messages"))),
        "sample": row.get("epoch"),
        "finish_reason": "error" if row.get("error") else look_up(found, "0.stop_reason"),
        "model": output.get("model"),
        "choices": row.get("choices"),
        "language": next((metadata[key] for key in NAMES["language"] if metadata.get(key)), None),
        "level": next((metadata[key] for key in NAMES["level"] if metadata.get(key)), None),
    }


# ------------------------------------------------------------------ chats and plain rows

SAID_BY_FORM: Final[Mapping[str, frozenset[str]]] = {
    "rows": frozenset(),
    "chat": frozenset({"response"}),
    "arena": frozenset({"response", "choices", "id", "sample", "model"}),
    "openai": frozenset(
        {"response", "thinking", "finish_reason", "sample", "choices", "output_tokens", "id", "model"}
    ),
}
"""Forms whose rows may have other columns of the usual names, and the roles that they fill themselves."""
_APART: Final = frozenset(
    {
        "model",
        "usage",
        "config",
        "metrics",
        "scores",
        "logprobs",
        "params",
        "sampling_params",
        "prompt",
        "provider",
    }
)
"""Columns that hold objects with nothing of an item in them."""
_NESTED: Final = frozenset({"response", "language", "gold", "prompt", "choices"})
_CHAT_NAMES: Final = (
    "messages", "conversations", "conversation", "chat", "turns", "dialogue", "convo", "state.messages",
)  # fmt: skip
_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[ -]")


def _folded(name: str) -> str:
    """The name of a column in small letters with underscores: `actualOutput`, `Model Response`."""
    return _WORDS.sub("_", str(name).strip()).lower()


def said_text(value: Any) -> Any:
    """The text of an object that holds one by a usual name (`{"text": …}`); everything else as it is."""
    if not isinstance(value, Mapping) or "role" in value or "content" in value:
        return value
    found = [value[name] for name in ("text", *NAMES["response"]) if isinstance(value.get(name), str)]
    return found[0] if found else value


def usual_column(role: str, rows: Sequence[Row], taken: Collection[str] = ()) -> str | None:
    """The column, or the path into one, that is called as people call a role; None where none is.

    Args:
        role: one of `NAMES`.
        rows: some rows of the file.
        taken: columns that have another role.
    """
    folded = {_folded(key): str(key) for row in rows for key in row}
    found = [folded[name] for name in NAMES[role] if name in folded and folded[name] not in taken]
    found += [
        name for name in NAMES[role] if "." in name and any(look_up(row, name) is not None for row in rows)
    ]
    if not found and role in _NESTED:
        inside = {key: value for row in rows for key, value in row.items() if isinstance(value, Mapping)}
        paths = [
            f"{key}.{name}"
            for name in NAMES[role]
            for key, value in inside.items()
            if key.lower() not in _APART and isinstance(value.get(name), str | int | float | list)
        ]
        found = [path for path in paths if path not in taken]
    if role == "gold":
        found = [name for name in found if any(_is_text(look_up(row, name)) for row in rows)] or found
        # Ones and zeros beside another column are a figure: `correct_answer` of verifiers.
        figures = [name for name in found if all(look_up(row, name) in (0, 1, None) for row in rows)]
        found = [name for name in found if name not in figures] or found
    return found[0] if found else None


def _is_text(value: Any) -> bool:
    """Whether a value is a text or a number, or a list of them."""
    if isinstance(value, list):
        return bool(value) and all(map(_is_text, value))
    return isinstance(value, str | int | float)


def _chat_name(row: Row) -> str | None:
    return next((name for name in _CHAT_NAMES if is_chat(turns_of(look_up(row, name)))), None)


def _chat_fits(row: Row) -> bool:
    return _chat_name(row) is not None and not any(isinstance(row.get(n), str) for n in NAMES["response"])


def _chat(row: Row) -> Iterator[Roles]:
    name = _chat_name(row)
    yield chat_roles(turns_of(look_up(row, name)) if name is not None else [])


def _arena_fits(row: Row) -> bool:
    choices = row.get("choices")
    return isinstance(choices, list) and bool(choices) and all(look_up(c, "turns") for c in choices)


def _arena(row: Row) -> Iterator[Roles]:
    """Answers of FastChat and LiveBench: every turn of every choice is a response."""
    for choice in row["choices"]:
        for number, text in enumerate(choice["turns"], 1):
            turn = f"-{number}" if len(choice["turns"]) > 1 else ""
            yield {
                "id": f"{row.get('question_id')}{turn}",
                "response": text,
                "sample": choice.get("index"),
                "model": row.get("model_id"),
            }


def _rows(row: Row) -> Iterator[Roles]:
    yield {}


FORMS: Final = (
    LogForm(name="lm-eval", title="samples of lm-evaluation-harness", fits=_lm_eval_fits, read=_lm_eval),
    LogForm(name="lighteval", title="details of lighteval", fits=_lighteval_fits, read=_lighteval),
    LogForm(name="inspect", title="log of inspect", fits=_inspect_fits, read=_inspect),
    LogForm(name="arena", title="answers of FastChat or LiveBench", fits=_arena_fits, read=_arena),
    LogForm(name="openai", title="replies of an API, or a batch of them", fits=api_fits, read=api_roles),
    LogForm(name="chat", title="chat messages", fits=_chat_fits, read=_chat),
    LogForm(name="rows", title="one response a row", fits=lambda row: True, read=_rows),
)
"""Every form, in the order in which they are tried."""


def form_of(rows: Sequence[Row]) -> LogForm:
    """The first form that all of some rows fit."""
    return next(form for form in FORMS if all(form.fits(row) for row in rows))
