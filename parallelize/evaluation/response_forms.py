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
from parallelize.text.thinking import THINKING_KEYS

__all__ = [
    "FORMS",
    "SAID_BY_FORM",
    "LogForm",
    "form_of",
    "look_up",
    "message_parts",
    "said_text",
    "usual_column",
]

Row = Mapping[str, Any]
Roles = dict[str, Any]
"""Values by role; a role that is not there has none."""


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


# ------------------------------------------------------------------ values inside a row


def look_up(row: Any, path: str) -> Any:
    """The value at a path such as `outputs.0.text`; None where there is none.

    A key that itself has dots in it goes before the path; a list without an index gives all its items.
    """
    if isinstance(row, Mapping) and path in row:
        return row[path]
    head, _, rest = path.partition(".")
    if isinstance(row, Mapping):
        inner = row.get(head)
    elif isinstance(row, list):
        if not head.lstrip("-").isdecimal():
            return [look_up(item, path) for item in row]
        inner = row[int(head)] if -len(row) <= int(head) < len(row) else None
    else:
        return None
    return look_up(inner, rest) if rest else inner


def message_parts(message: Any) -> tuple[Any, str | None]:
    """What a message says, and the thinking that came apart from it.

    Args:
        message: an object with `content` (text, or pieces with a type) and perhaps a key of `THINKING_KEYS`;
            ShareGPT's `value` stands for `content`.
    """
    if not isinstance(message, Mapping):
        return message, None
    content = message.get("content", message.get("value"))
    thoughts = [str(message[key]) for key in THINKING_KEYS if message.get(key)]
    if isinstance(content, Sequence) and not isinstance(content, str):
        pieces = []
        for piece in content:
            if not isinstance(piece, Mapping):
                pieces.append(str(piece))
            elif piece.get("type") in {"reasoning", "thinking", "think"}:
                thoughts.append(str(next((piece[key] for key in _PIECE_KEYS if piece.get(key)), "")))
            elif piece.get("type") in {"text", "output_text", "refusal", None}:
                pieces.append(str(piece.get("text") or piece.get("refusal") or ""))
        content = "".join(pieces)
    if content is None:
        content = message.get("refusal") or ""
    return content, thoughts[0] if thoughts else None


_PIECE_KEYS: Final = ("reasoning", "thinking", "text", "summary", "content")
_ASKED: Final = frozenset({"user", "human", "prompter"})
_ANSWERED: Final = frozenset({"assistant", "gpt", "model", "bot", "chatgpt", "ai"})


def _role(turn: Any) -> str:
    return str(turn.get("role", turn.get("from", ""))).lower() if isinstance(turn, Mapping) else ""


def _is_chat(value: Any) -> bool:
    if not isinstance(value, list) or not all(isinstance(turn, Mapping) for turn in value):
        return False
    return any(_role(turn) and ("content" in turn or "value" in turn) for turn in value)


def _last(turns: Sequence[Any], roles: frozenset[str]) -> Any:
    return next((turn for turn in reversed(turns) if _role(turn) in roles), None)


def chat_roles(turns: Sequence[Any]) -> Roles:
    """Response and prompt of a chat: the last turn of the assistant, and the last of the user before it."""
    said = _last(turns, _ANSWERED)
    before = turns[: list(turns).index(said)] if said is not None else turns
    asked = _last(before, _ASKED)
    text, thinking = ("", None) if said is None else message_parts(said)
    return {"response": text, "thinking": thinking, "prompt": prompt_text(asked)}


def prompt_text(value: Any) -> str:
    """A prompt as text: the words of a message, of the last user turn of a chat, or the text itself."""
    if _is_chat(value):
        value = _last(value, _ASKED) or value[-1]
    if isinstance(value, Mapping):
        value = message_parts(value)[0]
    return value if isinstance(value, str) else ""


def said_text(value: Any) -> Any:
    """The text of an object that holds one by a usual name (`{"text": …}`); everything else as it is."""
    if not isinstance(value, Mapping) or "role" in value or "content" in value:
        return value
    found = [value[name] for name in ("text", *NAMES["response"]) if isinstance(value.get(name), str)]
    return found[0] if found else value


def one_gold(value: Any) -> Any:
    """A list of one gold answer is that answer."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


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


def _inspect_fits(row: Row) -> bool:
    output = row.get("output")
    return isinstance(output, Mapping) and "target" in row and ("choices" in output or "completion" in output)


def _inspect(row: Row) -> Iterator[Roles]:
    output = row["output"]
    found = output.get("choices") or []
    text, thinking = message_parts(look_up(found, "0.message"))
    if not text and isinstance(output.get("completion"), str):
        text = output["completion"]
    metadata: Mapping[str, Any] = row["metadata"] if isinstance(row.get("metadata"), Mapping) else {}
    target = row.get("target")
    yield {
        "id": row.get("id"),
        "response": text,
        "thinking": thinking,
        "gold": one_gold(target),
        "prompt": prompt_text(row.get("input")),
        "sample": row.get("epoch"),
        "finish_reason": "error" if row.get("error") else look_up(found, "0.stop_reason"),
        "model": output.get("model"),
        "choices": row.get("choices"),
        "language": next((metadata[key] for key in NAMES["language"] if metadata.get(key)), None),
        "level": next((metadata[key] for key in NAMES["level"] if metadata.get(key)), None),
    }


# ------------------------------------------------------------------ replies as APIs send them

_BODIES: Final = ("response.body", "result.message", "response")
"""Where a row holds a reply: OpenAI and vLLM run-batch, Anthropic, NeMo Gym and Gemini."""


def _body(row: Row) -> Any:
    return next((found for path in _BODIES if _is_reply(found := look_up(row, path))), row)


def _is_reply(value: Any, keys: frozenset[str] = frozenset({"message", "text"})) -> bool:
    """Whether an object is a reply of chat completions, completions, responses, messages or Gemini.

    Args:
        value: anything.
        keys: what each choice of it has one of; an item of multiple choice has texts, too.
    """
    if not isinstance(value, Mapping):
        return False
    choices = value.get("choices")
    completed = isinstance(choices, list) and any(
        isinstance(item, Mapping) and not keys.isdisjoint(item) for item in choices
    )
    messages = value.get("type") == "message" and "content" in value
    return completed or messages or isinstance(value.get("output") or value.get("candidates"), list)


def _api_fits(row: Row) -> bool:
    if "custom_id" in row:
        return not row.keys().isdisjoint(("response", "error", "result"))
    body = _body(row)
    return body is not row or _is_reply(row, frozenset({"message", "finish_reason"}))


def _api(row: Row) -> Iterator[Roles]:
    body = _body(row)
    common = {"id": row.get("custom_id") or row.get("key") or row.get("id"), "model": look_up(body, "model")}
    asked = look_up(row, "responses_create_params.input")
    common |= {"prompt": prompt_text(asked)} if asked else {}
    choices, output = look_up(body, "choices"), look_up(body, "output")
    if isinstance(look_up(body, "candidates"), list):  # Gemini
        for number, candidate in enumerate(body["candidates"]):
            pieces = look_up(candidate, "content.parts") or []
            thoughts = "".join(str(piece.get("text", "")) for piece in pieces if piece.get("thought"))
            yield {
                **common,
                "response": "".join(
                    str(piece.get("text", "")) for piece in pieces if not piece.get("thought")
                ),
                "thinking": thoughts or None,
                "finish_reason": candidate.get("finishReason"),
                "sample": number,
            }
    elif look_up(body, "type") == "message":  # Anthropic
        text, thinking = message_parts(body)
        yield {
            **common,
            "response": text,
            "thinking": thinking,
            "finish_reason": body.get("stop_reason"),
            "output_tokens": look_up(body, "usage.output_tokens"),
        }
    elif isinstance(choices, list) and choices:
        for number, choice in enumerate(choices):
            message = choice.get("message", {"content": choice.get("text")})
            text, thinking = message_parts(message)
            yield {
                **common,
                "response": text,
                "thinking": thinking,
                "finish_reason": choice.get("finish_reason"),
                "sample": number,
                "output_tokens": look_up(body, "usage.completion_tokens") if len(choices) == 1 else None,
            }
    elif isinstance(output, list):  # the responses API: items of reasoning and messages
        text = "".join(str(message_parts(item)[0]) for item in output if item.get("type") == "message")
        reasoning = [item for item in output if item.get("type") == "reasoning"]
        summaries = [item.get("content") or item.get("summary") or [] for item in reasoning]
        steps = ["".join(str(piece.get("text", "")) for piece in found) for found in summaries if found]
        cut = look_up(body, "incomplete_details.reason")
        finish = str(cut) if cut else look_up(body, "status")
        yield {
            **common,
            "response": text,
            "thinking": "\n\n".join(steps) or None,
            "finish_reason": finish,
            "output_tokens": look_up(body, "usage.output_tokens"),
        }
    else:  # refused or failed: a response that is empty, and counted
        yield {**common, "response": "", "finish_reason": "error"}


# ------------------------------------------------------------------ chats and plain rows

NAMES: Final[dict[str, tuple[str, ...]]] = {
    # role: names of columns, most certain first; letter case does not matter
    "response": (
        "response", "completion", "output", "generation", "generated_text", "model_output", "model_response",
        "prediction", "generated", "resp", "responses", "completions", "outputs", "generations", "samples",
        "predictions", "model_answer", "model_completion", "output_text", "response_text", "raw_response",
        "raw_output", "llm_response", "llm_output", "predicted", "pred",
    ),
    "language": (
        "language", "lang", "language_code", "lang_code", "target_language", "target_lang", "tgt_lang",
        "response_language", "locale", "extra_info.language", "metadata.language",
    ),
    "gold": (
        "gold", "ground_truth", "gold_answer", "reference_answer", "expected_answer", "correct_answer",
        "answer_number", "reference", "target", "expected", "label", "answer", "final_answer",
        "reward_model.ground_truth", "instance.references.0.output.text",
    ),
    "prompt": ("prompt", "question", "problem", "input", "query", "instruction"),
    "prompt_language": ("prompt_language", "prompt_lang", "question_language", "source_language"),
    "finish_reason": ("finish_reason", "stop_reason", "finish_reasons", "stop_reasons"),
    "model": ("model", "model_name", "model_id", "generator"),
    "source": ("source", "benchmark", "dataset", "task", "task_name", "data_source"),
    "id": ("id", "item_id", "question_id", "problem_id", "doc_id", "example_id", "uid", "custom_id", "idx"),
    "sample": ("sample", "sample_id", "sample_index", "attempt", "repeat", "epoch"),
    "level": ("level", "difficulty"),
    "thinking": THINKING_KEYS,
    "choices": ("choices", "options", "answer_choices"),
    "chance": ("chance", "chance_level"),
    "variant": ("variant", "instance_id", "instantiation", "variant_id"),
    "output_tokens": ("output_tokens", "completion_tokens", "usage.completion_tokens", "tokens"),
}  # fmt: skip
"""Columns by role, as people name them."""
SAID_BY_FORM: Final[Mapping[str, frozenset[str]]] = {
    "rows": frozenset(),
    "chat": frozenset({"response"}),
    "openai": frozenset(
        {"response", "thinking", "finish_reason", "sample", "choices", "output_tokens", "id", "model"}
    ),
}
"""Forms whose rows may have other columns of the usual names, and the roles that they fill themselves."""
_APART: Final = frozenset(
    {"model", "usage", "config", "metrics", "scores", "logprobs", "params", "sampling_params"}
)
"""Columns that hold objects with nothing of an item in them."""
_NESTED: Final = frozenset({"response", "language", "gold", "prompt", "choices"})
_CHAT_NAMES: Final = ("messages", "conversations", "conversation", "chat", "turns", "dialogue")


def usual_column(role: str, rows: Sequence[Row], taken: Collection[str] = ()) -> str | None:
    """The column, or the path into one, that is called as people call a role; None where none is.

    Args:
        role: one of `NAMES`.
        rows: some rows of the file.
        taken: columns that have another role.
    """
    folded = {str(key).lower(): str(key) for row in rows for key in row}
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
    if role == "gold":  # a column of ones and zeros beside another is a figure: `correct_answer` of verifiers
        figures = [name for name in found if all(look_up(row, name) in (0, 1, None) for row in rows)]
        found = [name for name in found if name not in figures] or found
    return found[0] if found else None


def _chat_name(row: Row) -> str | None:
    return next((name for name in _CHAT_NAMES if _is_chat(row.get(name))), None)


def _chat_fits(row: Row) -> bool:
    return _chat_name(row) is not None and not any(isinstance(row.get(n), str) for n in NAMES["response"])


def _chat(row: Row) -> Iterator[Roles]:
    name = _chat_name(row)
    turns = row[name] if name is not None else []
    yield chat_roles(turns)


def _rows(row: Row) -> Iterator[Roles]:
    yield {}


FORMS: Final = (
    LogForm(name="lm-eval", title="samples of lm-evaluation-harness", fits=_lm_eval_fits, read=_lm_eval),
    LogForm(name="lighteval", title="details of lighteval", fits=_lighteval_fits, read=_lighteval),
    LogForm(name="inspect", title="log of inspect", fits=_inspect_fits, read=_inspect),
    LogForm(name="openai", title="replies of an API, or a batch of them", fits=_api_fits, read=_api),
    LogForm(name="chat", title="chat messages", fits=_chat_fits, read=_chat),
    LogForm(name="rows", title="one response a row", fits=lambda row: True, read=_rows),
)
"""Every form, in the order in which they are tried."""


def form_of(rows: Sequence[Row]) -> LogForm:
    """The first form that all of some rows fit."""
    return next(form for form in FORMS if all(form.fits(row) for row in rows))


_DIVIDERS: Final = re.compile(r"[^A-Za-z-]+")


def code_in(name: str, known: Callable[[str], bool]) -> str | None:
    """The language in the name of a task or file (`mgsm_native_cot_de`, `mgsm:de`), the last that is one.

    Args:
        name: of a task, without dates.
        known: whether a piece is the code of a language.
    """
    pieces = [piece for piece in _DIVIDERS.split(name) if piece]
    return next((piece for piece in reversed(pieces) if known(piece)), None)
