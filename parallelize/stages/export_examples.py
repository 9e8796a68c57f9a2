"""A row of a corpus in one language, split into what is asked, what is to be learned, and what is left."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from parallelize.stages.lettered import arranged, letter_of, lettered
from parallelize.store.aligned import AlignedRow
from parallelize.store.row_texts import RowTexts
from parallelize.store.turns import Turn
from parallelize.text.thinking import THINKING_CHANNEL

__all__ = ["TrainingExample", "example", "with_thinking"]

_BOX: Final = "\\boxed{"
_THINKING_KEYS: Final = ("thinking", "reasoning_content", "reasoning")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingExample:
    """One id in one language, split into what is asked and what is to be learned."""

    id: str
    language: str
    answer: str | None
    """Ground truth; the letter of a choice where there are choices."""
    prompt: tuple[Turn, ...]
    """Turns up to and with the last that a user says; the instruction is at its end."""
    completion: str | None
    """The solution, or the last assistant turn, without thinking that stands apart; None if there is none."""
    thinking: str | None = None
    """Thinking that stands apart from the completion."""
    question: str
    """The problem with its choices, without context and instruction."""
    context: str | None = None
    """What the problem is asked about; it is in the prompt, too."""
    pair: tuple[str, str] | None = None
    """A better and a worse completion."""
    steps: tuple[str, ...] = ()
    """The steps of the completion, where the row says of each whether it is right."""
    verdicts: tuple[bool, ...] = ()
    """Whether each of them is right."""
    liked: bool | None = None
    """Whether the completion is called good or bad."""
    tools: Any = None
    data_source: str
    index: int
    """Place in the file, from 0."""
    left: tuple[str, ...] = ()
    """Places of texts that are in none of these."""
    messages: tuple[Turn, ...] = field(default=())
    """The whole chat, where the row is one."""


def example(
    row: AlignedRow,
    language: str,
    *,
    instruction: str | None,
    data_source: str,
    index: int,
    from_one: bool = False,
) -> TrainingExample | None:
    """Split a row in one language; None where it has nothing that could be asked.

    A chat is asked with all its turns up to the last assistant turn, which is the completion; a problem with
    its system prompt, its context and its lettered choices. Where the instruction asks for a box, a
    completion that has none ends in one. `from_one`: right choices are counted from 1 (`lettered.Counting`).
    """
    texts = arranged(row.texts[language], row.id)
    letter = letter_of(texts, from_one=from_one)
    answer = texts.answer if letter is None else letter
    plain = texts.problem is not None and not (
        texts.messages and texts.solution is None and not texts.choices
    )
    left = dict.fromkeys(texts.left)
    if plain:
        question = lettered(texts)
        turns = [Turn(role="user", content="\n\n".join(part for part in (texts.context, question) if part))]
        completion, thinking = texts.solution, texts.thinking
        if texts.messages and not _says_the_same(texts):
            left["messages"] = None
    else:
        turns, completion, thinking = _split(texts)
        asked = next((turn for turn in reversed(turns) if turn.role == "user"), None)
        question = asked.content if asked is not None else ""
        left.update(dict.fromkeys(_beside_a_chat(texts, turns, completion, thinking)))
    if texts.system and not any(turn.role == "system" for turn in turns):
        turns.insert(0, Turn(role="system", content=texts.system))
    elif texts.system and not any(texts.system == turn.content for turn in turns):
        left.update(dict.fromkeys(texts.places.get("system", ())))
    place = next((n for n in range(len(turns) - 1, -1, -1) if turns[n].role == "user"), None)
    if place is None or not turns[place].content.strip():
        return None
    if instruction:
        turns[place] = Turn(
            role="user", content=f"{turns[place].content}\n\n{instruction}", more=turns[place].more
        )
        completion = _boxed(completion, answer, instruction)
    return TrainingExample(
        id=row.id,
        language=language,
        answer=answer,
        prompt=tuple(turns),
        completion=completion or None,
        thinking=thinking or None,
        question=question,
        context=texts.context if plain else None,
        pair=_pair(texts.pair),
        steps=texts.steps if plain else (),
        verdicts=texts.verdicts if plain else (),
        liked=texts.liked,
        tools=texts.tools,
        data_source=data_source,
        index=index,
        left=tuple(left),
    )


def _split(texts: RowTexts) -> tuple[list[Turn], str | None, str | None]:
    """Prompt, completion and thinking of a chat; a turn in a channel of thoughts is thinking."""
    turns = list(texts.messages) or _asked_in_both(texts)
    if not turns or turns[-1].role != "assistant":
        return turns, texts.solution, texts.thinking
    last = turns.pop()
    thoughts = [str(last.more[key]) for key in _THINKING_KEYS if last.more.get(key)]
    while turns and turns[-1].role == "assistant" and turns[-1].more.get("channel") == THINKING_CHANNEL:
        thoughts.insert(0, turns.pop().content)
    return turns, last.content, "\n\n".join(thoughts) or texts.thinking


def _asked_in_both(texts: RowTexts) -> list[Turn]:
    """What a better and a worse chat begin with alike, up to their last turns: the prompt of both."""
    chats = [chat for chat in texts.pair.values() if not isinstance(chat, str)]
    if len(chats) != 2:
        return []
    alike = itertools.takewhile(
        lambda both: both[0] == both[1], zip(chats[0][:-1], chats[1][:-1], strict=False)
    )
    return [turn for turn, _ in alike]


def _beside_a_chat(
    texts: RowTexts, turns: Sequence[Turn], completion: str | None, thinking: str | None
) -> Iterator[str]:
    """Places of texts that stand beside a chat and are not said in it."""
    said = "\n".join([*(turn.content for turn in turns), completion or "", thinking or ""])
    for kind in ("problem", "solution", "thinking", "context"):
        text = getattr(texts, kind)
        if text and text not in said:
            yield from texts.places.get(kind, ())
    if any(choice not in said for choice in texts.choices):
        yield from texts.places.get("choices", ())


def _says_the_same(texts: RowTexts) -> bool:
    said = {turn.content.strip() for turn in texts.messages}
    return (texts.problem or "").strip() in said and (texts.solution or "").strip() in said


def _boxed(completion: str | None, answer: str | None, instruction: str) -> str | None:
    if not completion or not answer or _BOX not in instruction or _BOX in completion:
        return completion
    return f"{completion.rstrip()}\n\n${_BOX}{answer}}}$"


def _pair(pair: Mapping[str, str | Sequence[Turn]]) -> tuple[str, str] | None:
    """Texts of a better and a worse completion; of chats the last turn."""
    found = []
    for name in ("chosen", "rejected"):
        value = pair.get(name)
        if isinstance(value, str):
            found.append(value)
        elif value and value[-1].role == "assistant":
            found.append(value[-1].content)
    return (found[0], found[1]) if len(found) == 2 and all(found) else None


def with_thinking(item: TrainingExample) -> str | None:
    """The completion with thinking that stood apart before it, between the marks that most models write."""
    if not item.completion or not item.thinking:
        return item.completion
    return f"<think>\n{item.thinking.strip()}\n</think>\n\n{item.completion}"
