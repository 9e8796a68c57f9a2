"""What a row of a corpus says in one language, by what its texts are for: asked, answered, chosen from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from parallelize.core.records import Role
from parallelize.core.trees import Step, Tree, steps_of, value_at, written
from parallelize.store.turns import EXCHANGE, Turn, said_in, turns_of
from parallelize.text.kinds import parsed_json

__all__ = ["RowTexts", "row_texts"]

_LABEL_KEYS: Final = ("label", "labels", "key", "keys", "letter", "letters", "name")
_STEPS: Final = frozenset({"steps", "step", "reasoning_steps"})
_LABELLED_STEPS: Final = frozenset({"completions", "response", "solution", "process"})
"""Names of lists that are steps where labels stand beside them."""
_VERDICTS: Final = ("labels", "label", "ratings", "rating", "correctness", "is_correct", "correct")
"""Keys of verdicts on steps: a list beside them, a key of each, or the place of the first wrong one."""
_RIGHT: Final = frozenset({"+", "1", "true", "yes", "right", "correct", "good", "positive"})
_WRONG: Final = frozenset({"-", "0", "-1", "false", "no", "wrong", "incorrect", "bad", "negative", "neutral"})
_PAIR: Final = ("chosen", "rejected")
_FORMATS: Final = frozenset(
    {"input_format", "output_format", "interaction_format", "input_description", "output_description"}
    | {"input_specification", "output_specification"}
)
_STATEMENT: Final = _FORMATS | {"constraints", "note", "notes"}
"""Columns that go on where the description of a programming problem ends."""
_DESCRIBED: Final = frozenset(
    {"description", "problem", "statement", "problem_statement", "problem_description"}
)
_IN_PROMPT: Final = frozenset(
    {"input", "context", "passage", "article", "document", "story", "paragraph", "premise", "body"}
    | {"premises", "theory", "narrative", "contract", "contexts", "sentences", "pre_text", "post_text"}
    | {"background", "paragraphs", "documents", "passages"}
)
"""Contexts that a problem is asked about; others (hints, explanations) are not part of a prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTexts:
    """What one row says in one language."""

    problem: str | None = None
    solution: str | None = None
    steps: tuple[str, ...] = ()
    """Steps of the solution that the row calls right or wrong: all, or up to the first that is wrong."""
    verdicts: tuple[bool, ...] = ()
    """Whether each of them is right."""
    liked: bool | None = None
    """Whether the row as a whole is called good or bad, in a column `label`."""
    thinking: str | None = None
    """Reasoning that stands apart from the solution."""
    answer: str | None = None
    """Ground truth in this language."""
    system: str | None = None
    context: str | None = None
    """What the problem is asked about."""
    choices: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    """What the row calls each choice (`A`, `1`); empty where it gives them no names."""
    messages: tuple[Turn, ...] = ()
    """Turns of the first chat of the row; empty if it has none."""
    pair: Mapping[str, str | tuple[Turn, ...]] = field(default_factory=dict)
    """`chosen` and `rejected`, where the row has them."""
    tools: Any = None
    """Schemas of tools, as the row has them."""
    left: tuple[str, ...] = ()
    """Places of texts that are none of these."""
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Where `problem`, `solution`, `thinking`, `system`, `context` and `choices` stand in the row."""

    def all(self) -> Iterator[str]:
        """Every text, in reading order."""
        yield from (text for text in (self.system, self.context, self.problem, self.solution) if text)
        yield from self.choices
        yield from (turn.content for turn in self.messages)


def row_texts(tree: Tree, places: Sequence[Tree], *, answer: str | None) -> RowTexts:
    """Sort the texts of a row.

    Args:
        places: `path`, `role` and `speaker` of its texts, in reading order.
        answer: ground truth in this language.
    """
    texts = _TextsByRole(tree, places)
    context = texts.context()
    choices, labels = texts.choices()
    texts.leave(path for path, _ in texts.of(Role.OTHER))
    chat = texts.chat()
    pair = texts.pair()
    said, problem, solution = texts.first(Role.ANSWER), texts.problem(), texts.first(Role.SOLUTION)
    steps, verdicts = _judged_steps(tree, texts.used["solution"])
    liked = tree.get("label")
    return RowTexts(
        problem=problem,
        solution=solution,
        steps=steps,
        verdicts=verdicts,
        liked=liked if isinstance(liked, bool) else None,
        messages=texts.turns(chat),
        thinking=texts.first(Role.THINKING),
        answer=said if answer is None else answer,
        system=texts.first(Role.SYSTEM),
        context=context,
        choices=choices,
        labels=labels,
        pair=pair,
        tools=tree.get("tools"),
        left=tuple(texts.left),
        places=texts.used,
    )


class _TextsByRole:
    """The texts of a row by what they are for, of which each step takes some; what none takes is left."""

    def __init__(self, tree: Tree, places: Sequence[Tree]) -> None:
        self._tree = tree
        self._by_role: dict[str, list[tuple[str, str]]] = {}
        """Path and text."""
        self._chats: dict[str, list[str]] = {}
        """Paths of what is said, by the path of the list of turns."""
        self.left: dict[str, None] = {}
        """Paths, in the order in which they were left."""
        self.used: dict[str, tuple[str, ...]] = {}
        """Paths by name of the role."""
        for place in places:
            path = place["path"].partition("{}")[0].partition("<")[0]
            if place["speaker"] or self._is_said(place, path):
                self._chats.setdefault(_chat_of(path), []).append(path)
                continue
            text = value_at(tree, path)
            found = self._by_role.setdefault(place["role"], [])
            if isinstance(text, str) and all(known != path for known, _ in found):
                found.append((path, text))

    def _is_said(self, place: Tree, path: str) -> bool:
        """Whether a text without a speaker is a turn of a chat, or a part of one."""
        if place["role"] != Role.MESSAGE.value:
            return False
        return path.endswith("]") or _is_exchange(self._tree, path) or path != place["path"]

    def of(self, role: Role) -> list[tuple[str, str]]:
        """Path and text of all texts of a role that nobody speaks."""
        return self._by_role.get(role.value, [])

    def leave(self, paths: Iterable[str]) -> None:
        """Add to what is left."""
        self.left.update(dict.fromkeys(paths))

    def context(self) -> str | None:
        """What the problem is asked about; other contexts are left."""
        contexts = self.of(Role.CONTEXT)
        asked = [item for item in contexts if not _IN_PROMPT.isdisjoint(map(str.lower, _names_of(item[0])))]
        self.used["context"] = tuple(path for path, _ in asked)
        self.leave(path for path, _ in contexts if path not in self.used["context"])
        return "\n\n".join(text for _, text in asked) or None

    def choices(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The choices and what the row calls them."""
        texts = self.of(Role.CHOICE)
        self.used["choices"] = tuple(path for path, _ in texts)
        return _choices(self._tree, texts)

    def chat(self) -> str | None:
        """The path of the first chat; others are left."""
        first = next((name for name in self._chats if name not in _PAIR), None)
        self.leave(name for name in self._chats if name not in (first, *_PAIR))
        return first

    def pair(self) -> dict[str, str | tuple[Turn, ...]]:
        """What was chosen and what was rejected; one without the other is left."""
        pair = _pair(self._tree)
        if not pair:
            self.leave(path for texts in self._by_role.values() for path, _ in texts if path in _PAIR)
            self.leave(name for name in self._chats if name in _PAIR)
        return pair

    def first(self, role: Role) -> str | None:
        """The first text of a role, or all steps of it; others are left."""
        texts = [item for item in self.of(role) if item[0].removesuffix(".value") not in _PAIR]
        count = _steps(self._tree, [path for path, _ in texts])
        self.leave(path for path, _ in texts[count:])
        self.used[role.value] = tuple(path for path, _ in texts[:count])
        return "\n\n".join(text for _, text in texts[:count]) if texts else None

    def problem(self) -> str | None:
        """The problem, with the columns that go on where it ends."""
        asked = self.first(Role.PROBLEM)
        place = self.used["problem"][0] if asked else ""
        if asked is None or self._chats or place not in _DESCRIBED or _FORMATS.isdisjoint(self._tree):
            return asked
        more = [item for item in self.of(Role.OTHER) if item[0] in _STATEMENT]
        for path, _ in more:
            self.left.pop(path, None)
        self.used["problem"] = (place, *(path for path, _ in more))
        examples = _examples(self._tree) if more else ()
        return "\n\n".join([asked, *(text for _, text in more), *examples])

    def turns(self, chat: str | None) -> tuple[Turn, ...]:
        """Turns of a chat, and of the one that goes on in `output`; texts of it that none says are left."""
        if chat is None:
            return ()
        turns = turns_of(value_at(self._tree, chat))
        if chat == "input" and "output" in self._chats:
            self.left.pop("output")
            turns += turns_of(self._tree["output"])
        told = said_in(turns)
        unsaid = ((path, value_at(self._tree, path)) for path in self._chats[chat])
        self.leave(path for path, text in unsaid if isinstance(text, str) and text not in told)
        return turns


def _steps(tree: Tree, paths: Sequence[str]) -> int:
    """How many of the first texts are the steps of one: items of a list of steps, or of one with labels.

    Completions beside as many labels are what process rewards are learned from (TRL's stepwise form).
    """
    holder, kind = _listed(paths[0]) if paths else ("", ())
    if not holder:
        return 1
    name = next((step for step in reversed(steps_of(holder)) if isinstance(step, str)), "").lower()
    items, labels = (
        value_at(tree, holder),
        [value_at(tree, _beside(holder, one)) for one in ("labels", "label")],
    )
    labelled = any(isinstance(one, list) and len(one) == len(items) for one in labels)
    if not (name in _STEPS or name.endswith("_steps") or (name in _LABELLED_STEPS and labelled)):
        return 1
    return next((n for n, path in enumerate(paths) if _listed(path) != (holder, kind)), len(paths))


def _judged_steps(tree: Tree, paths: Sequence[str]) -> tuple[tuple[str, ...], tuple[bool, ...]]:
    """The steps at some paths and whether each is right; nothing where the row does not say that of all."""
    holder, kind = _listed(paths[0]) if paths else ("", ())
    items = value_at(tree, holder) if holder else None
    if not isinstance(items, list) or len(items) != len(paths):
        return (), ()
    steps = tuple(str(value_at(tree, path)) for path in paths)
    beside = (value_at(tree, _beside(holder, name)) for name in _VERDICTS)
    given = next((one for one in beside if one is not None), None)
    if kind:
        given = [next((one[key] for key in _VERDICTS if one.get(key) is not None), None) for one in items]
    elif type(given) is int:
        wrong = given if 0 <= given < len(items) else len(items)
        return steps[: wrong + 1], tuple(n < wrong for n in range(min(wrong + 1, len(items))))
    if not isinstance(given, list) or len(given) != len(steps):
        return (), ()
    found = tuple(map(_is_right, given))
    return (steps, tuple(map(bool, found))) if None not in found else ((), ())


def _is_right(verdict: Any) -> bool | None:
    """What a verdict on a step says: a truth value, a number (above 0: right), a sign, a word; else None."""
    if isinstance(verdict, int | float):
        return verdict > 0
    word = str(verdict).strip().lower()
    return True if word in _RIGHT else False if word in _WRONG else None


def _examples(tree: Tree) -> Iterator[str]:
    """Inputs and outputs of the examples of a programming problem."""
    found = tree.get("examples")
    for one in found if isinstance(found, list) else ():
        if (
            isinstance(one, Mapping)
            and isinstance(one.get("input"), str)
            and isinstance(one.get("output"), str)
        ):
            yield from (f"```\n{one[key].strip()}\n```" for key in ("input", "output"))


def _listed(path: str) -> tuple[str, tuple[Step, ...]]:
    """The path of the innermost list that holds a text, and the keys of its item on the way to the text."""
    steps = steps_of(path)
    at = max((n for n, step in enumerate(steps) if isinstance(step, int)), default=0)
    return written(steps[:at]), steps[at + 1 :]


def _beside(path: str, name: str) -> str:
    return written((*steps_of(path)[:-1], name))


def _names_of(path: str) -> Iterator[str]:
    """The names on a path: `context` and `contexts` of `context.contexts[0]`."""
    return (step for step in steps_of(path) if isinstance(step, str))


def _choices(tree: Tree, texts: Sequence[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The choices of a row and what it calls them; of a list or an object in a text, what that holds."""
    if len(texts) == 1:
        inside = parsed_json(texts[0][1])
        names = tuple(map(str, inside)) if isinstance(inside, dict) else ()
        found = list(inside.values()) if isinstance(inside, dict) else inside or []
        if found and all(isinstance(one, str | int | float) for one in found):
            return tuple(map(str, found)), names
    return tuple(text for _, text in texts), _labels(tree, [path for path, _ in texts])


def _labels(tree: Tree, paths: Sequence[str]) -> tuple[str, ...]:
    """Names of choices: keys of an object, a list of names beside the texts, or a key of each item."""
    found = []
    for path in paths:
        *way, last = steps_of(path)
        if isinstance(last, int):  # choices.text[0] beside choices.label[0]
            beside = value_at(tree, written(way[:-1])) if way[:-1] else None
            names = _named_label(beside)
            found.append(names[last] if isinstance(names, list) and last < len(names) else None)
        elif way and isinstance(way[-1], int):  # choices[0].text beside choices[0].label
            found.append(_named_label(value_at(tree, written(way))))
        else:
            found.append(last if len(last) == 1 else None)  # options.A, or a column A
    return tuple(map(str, found)) if all(isinstance(name, str | int) for name in found) else ()


def _named_label(holder: Any) -> Any:
    if not isinstance(holder, Mapping):
        return None
    return next((holder[key] for key in _LABEL_KEYS if holder.get(key) is not None), None)


def _pair(tree: Tree) -> dict[str, str | tuple[Turn, ...]]:
    found: dict[str, str | tuple[Turn, ...]] = {}
    values = {name: tree.get(name) for name in _PAIR}
    lists = [value for value in values.values() if isinstance(value, list)]
    if any(len(value) % 2 and isinstance(value[0], str) for value in lists):  # no turns: several completions
        values = {
            name: value[0] if isinstance(value, list) else value for name, value in values.items() if value
        }
    for name, value in values.items():
        if isinstance(value, str) and value.strip():
            spoken = turns_of(value) if parsed_json(value) is None else ()
            found[name] = spoken if spoken and spoken[0].role == "user" else value
        elif turns := turns_of([value] if isinstance(value, Mapping) else value):
            found[name] = turns
    return found if len(found) == len(_PAIR) else {}


def _chat_of(path: str) -> str:
    """The path of the list of turns that a text is in."""
    steps = steps_of(path)
    return written(steps[: next((n for n, step in enumerate(steps) if isinstance(step, int)), len(steps))])


def _is_exchange(tree: Tree, path: str) -> bool:
    """Whether a text is one side of an item that holds what was asked and what was said to it."""
    holder = value_at(tree, path.rpartition(".")[0])
    return isinstance(holder, Mapping) and holder.keys() >= EXCHANGE
