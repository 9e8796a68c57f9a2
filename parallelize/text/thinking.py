"""How models mark their thinking, in one table, and the one way to part a response into thinking and answer.

Gates, evaluation, rewards, readers of logs and readers of replies ask here. Three rules hold everywhere:

1. The answer is what follows the last closing mark; a close without an open is understood, since many chat
   templates write the opening into the prompt.
2. An open without a close is unfinished thinking: there is no answer.
3. The marks themselves belong to no part.

A response without marks may be parted by its headings (`text.headings`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from parallelize.text.headings import headed_parts, may_open_with_heading

__all__ = [
    "THINKING_CHANNEL",
    "THINKING_FORMS",
    "THINKING_KEYS",
    "ResponsePart",
    "SplitResponse",
    "ThinkingForm",
    "ThinkingTags",
    "after_leading_thinking",
    "answer_start",
    "is_thinking_mark",
    "may_have_marks",
    "split_response",
    "thinking_marks",
    "unread_mark",
]


class ResponsePart(StrEnum):
    """What of a response is judged."""

    THINKING = "thinking"
    """Up to the last closing mark."""
    ANSWER = "answer"
    """What follows the last closing mark, or all of a response that does not think."""
    RESPONSE = "response"
    """All of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinkingForm:
    """One way of marking thinking in a text. Letter case does not matter."""

    opening: str
    closing: str
    models: str
    """Who writes it."""


_ELEMENTS: Final[dict[str, str]] = {
    # name of an element, <name>…</name>: who writes it
    "think": "DeepSeek-R1, Qwen3, GLM, Hunyuan, Ernie, Nemotron, Phi-4, Granite and most others",
    "thinking": "Claude transcripts, prompted models",
    "thought": "EXAONE Deep, prompted models",
    "thoughts": "prompted models",
    "thought_process": "prompted models",
    "reasoning": "prompted models, LLaVA-CoT, GRPO recipes",
    "reason": "prompted models",
    "scratchpad": "prompted models",
    "inner_monologue": "prompted models",
    "chain_of_thought": "prompted models",
    "seed:think": "Seed-OSS",
    "seed:cot": "Seed-OSS",
    "longcat_think": "LongCat",
    "mm:think": "MiniMax",
}
_TOKENS: Final[dict[tuple[str, str], str]] = {
    ("[THINK]", "[/THINK]"): "Magistral and Ministral",
    ("◁think▷", "◁/think▷"): "Kimi-VL, Kimi-k1.5",
    ("<|begin_of_thought|>", "<|end_of_thought|>"): "OpenThoughts, Sky-T1",
    ("<|start_thinking|>", "<|end_thinking|>"): "Command A Reasoning",
    ("<|begin_of_thinking|>", "<|end_of_thinking|>"): "derivatives of OpenThoughts",
    ("<|begin_thinking|>", "<|end_thinking|>"): "derivatives of OpenThoughts",
    ("<|thinking_start|>", "<|thinking_end|>"): "prompted models",
    ("<|think_start|>", "<|think_end|>"): "prompted models",
    ("<|think|>", "<|/think|>"): "Solar, prompted models",
    ("<|thinking|>", "<|/thinking|>"): "prompted models",
    ("<|inner_prefix|>", "<|inner_suffix|>"): "Apertus",
    ("Here is my thought process:", "Here is my response:"): "Granite 3.2",
    ("<|im_start|>think", "<|im_start|>answer"): "s1",
    ("<|channel>thought", "<channel|>"): "Gemma 4",
    ("[unused16]", "[unused17]"): "openPangu",
    ("<unused94>thought", "<unused95>"): "MedGemma",
}
THINKING_FORMS: Final[tuple[ThinkingForm, ...]] = (
    *(ThinkingForm(opening=f"<{n}>", closing=f"</{n}>", models=who) for n, who in _ELEMENTS.items()),
    *(ThinkingForm(opening=o, closing=c, models=who) for (o, c), who in _TOKENS.items()),
)
"""Every form that is known; the channels of Harmony (gpt-oss) are read beside it: they name each message."""
THINKING_KEYS: Final = (
    "reasoning_content",
    "reasoning",
    "thinking",
    "think_content",
    "thinking_content",
    "reasoning_text",
    "thought",
)
"""Keys of a message or columns of a row that hold thinking apart from the answer, most usual first."""
THINKING_CHANNEL: Final = "analysis"
"""The channel of Harmony that holds thinking: in the text of a response, or as a key of a turn."""

_OPENINGS: Final = frozenset(form.opening.lower() for form in THINKING_FORMS)
_CLOSINGS: Final = frozenset(form.closing.lower() for form in THINKING_FORMS)
_ANGLE: Final = (
    r"<(?:unused94>thought|/?[A-Za-z][\w:]{3,18}>"  # an element, and MedGemma's token
    r"|\|[\w/]{3,20}\|>(?:think|answer)?"  # a token, and the roles of s1
    r"|\|channel>thought|channel\|>)"
)
_MARK: Final = re.compile(
    rf"{_ANGLE}|\[/?THINK\]|\[unused1[67]\]|◁/?think▷|Here is my (?:thought process|response):"
)
"""Candidates for marks; `_OPENINGS` and `_CLOSINGS` say which are."""

# Harmony: <|start|>assistant<|channel|>analysis<|message|>…<|end|>, then `final` in the same form.
# A decoder that drops special tokens leaves "analysis…assistantfinal…".
_CHANNEL: Final = re.compile(
    r"""
    (?: <\|start\|>assistant )?
    (?: <\|channel\|>\s* (?P<channel>analysis|commentary|final) (?P<to>[^<]{0,80})     # to=functions.name
        (?: <\|constrain\|>\s*\w{1,20} )? \s* <\|message\|>
      | (?<=[^\s\w]) assistant (?P<bare>analysis|commentary|final) (?= [^a-z\s] | \s*\Z | \n ) )
    """,
    re.VERBOSE,
)
_BARE_ANALYSIS: Final = re.compile(r"\s*analysis(?=[^\Wa-z_])")
_FIRST_ELEMENT: Final = re.compile(r"\s*(?:<([A-Za-z][\w:-]{2,30})>|\[([A-Z]{3,20})\])")
_NO_THINKING: Final = re.compile(
    r"""
    answer | solution | response | final | output | result
    | tool | function | execute | code | user | assistant | system | document | context | question | inst$
    | html | body | div | span | section | article | table | svg | details | summary | strong | em$ | pre$
    | blockquote | ul$ | ol$ | h\d
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Beginnings of names of elements that a response opens with and that are no thinking."""
_MESSAGE_END: Final = re.compile(r"<\|(?:end|return|call)\|>(?:<\|start\|>assistant)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinkingTags:
    """Marks of thinking beside those of the table, and what the prompt did."""

    opening: str = "<think>"
    """May be missing where the chat template wrote it into the prompt."""
    closing: str = "</think>"
    opened: bool = False
    """The prompt opened the thinking: a response without any mark is unfinished thinking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitResponse:
    """A response in its parts. `None` is a part that is not there; an empty part is the empty string."""

    thinking: str | None
    answer: str | None
    """None where the thinking never closed."""
    response: str

    @property
    def unfinished(self) -> bool:
        """Whether the thinking was opened and never closed."""
        return self.answer is None

    def text(self, part: ResponsePart) -> str | None:
        """The text of one part; None if there is none."""
        if part is ResponsePart.THINKING:
            return self.thinking
        return self.answer if part is ResponsePart.ANSWER else self.response


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    """A pattern of candidates, and which of them open and close."""

    pattern: re.Pattern[str]
    openings: frozenset[str]
    closings: frozenset[str]

    def blanked(self, text: str) -> str:
        """The text with a space in place of each mark."""
        return self.pattern.sub(self._space, text)

    def _space(self, match: re.Match[str]) -> str:
        mark = match[0].lower()
        return " " if mark in self.openings or mark in self.closings else match[0]


_TABLE: Final = _Marks(pattern=_MARK, openings=_OPENINGS, closings=_CLOSINGS)
_USUAL: Final = ThinkingTags()


@lru_cache(maxsize=16)
def _marks(opening: str, closing: str) -> _Marks:
    """The table, with one more pair where it does not hold it yet."""
    if opening.lower() in _OPENINGS and closing.lower() in _CLOSINGS:
        return _TABLE
    own = f"{re.escape(opening)}|{re.escape(closing)}"
    return _Marks(
        pattern=re.compile(f"(?i:{own})|{_MARK.pattern}"),
        openings=_OPENINGS | {opening.lower()},
        closings=_CLOSINGS | {closing.lower()},
    )


def unread_mark(text: str) -> str | None:
    """The mark of an element that a text begins with, where it may be thinking but is none of the table.

    Something must follow its end: what it holds is then read as part of the answer.
    """
    found = _FIRST_ELEMENT.match(text)
    if found is None or is_thinking_mark(found[0].strip()):
        return None
    name, closing = found[1] or found[2], f"</{found[1]}>" if found[1] else f"[/{found[2]}]"
    end = text.find(closing, found.end())
    if end < 0 or not text[end + len(closing) :].strip() or _NO_THINKING.match(name):
        return None
    return found[0].strip()


def split_response(
    text: str, tags: ThinkingTags | None = None, *, thinking: str | None = None
) -> SplitResponse:
    """ResponsePart a response at its last closing mark.

    Args:
        text: what the model said.
        tags: a pair of marks that the table lacks, and whether the prompt opened the thinking.
        thinking: thinking that came apart from the text (`THINKING_KEYS`); None if nothing did.
    """
    split = _split(text, _USUAL if tags is None else tags)
    if thinking is None:
        return split
    inner = "\n\n".join(piece for piece in (_TABLE.blanked(thinking).strip(), split.thinking) if piece)
    whole = f"{inner}\n\n{split.answer or ''}"
    return SplitResponse(thinking=inner, answer=split.answer or "", response=whole)


def _split(text: str, tags: ThinkingTags) -> SplitResponse:
    marks = _marks(tags.opening, tags.closing)
    if marks is _TABLE and not tags.opened and not may_have_marks(text):
        return _by_headings(text)
    if "<|channel|>" in text or "assistantfinal" in text or text.lstrip()[:8] == "analysis":
        found = _harmony(text)
        if found is not None:
            return found
    opened, close = tags.opened, None
    for match in marks.pattern.finditer(text):
        mark = match[0].lower()
        if mark in marks.closings:
            close = match
        elif mark in marks.openings:
            opened = True
    if close is not None:
        return SplitResponse(
            thinking=marks.blanked(text[: close.start()]),
            answer=marks.blanked(text[close.end() :]),
            response=marks.blanked(text),
        )
    if opened:
        whole = marks.blanked(text)
        return SplitResponse(thinking=whole, answer=None, response=whole)
    return _by_headings(text)


def _by_headings(text: str) -> SplitResponse:
    """A response without marks: parted by its headings, or all answer."""
    parts = headed_parts(text) if may_open_with_heading(text) else None
    if parts is None:
        return SplitResponse(thinking=None, answer=text, response=text)
    thinking, answer = text[slice(*parts.thinking)], text[parts.answer :]
    return SplitResponse(thinking=thinking, answer=answer, response=f"{thinking}\n\n{answer}")


def _harmony(text: str) -> SplitResponse | None:
    """A response of channels: analysis is thinking, final the answer, calls of tools are neither."""
    heads = list(_CHANNEL.finditer(text))
    thoughts, answers, begin = [], [], 0
    bare = _BARE_ANALYSIS.match(text)
    if not heads and bare is None:
        return None
    first = heads[0].start() if heads else len(text)
    begin = bare.end() if bare else 0
    if text[begin:first].strip():  # the prompt ended with the opening of the channel
        thoughts.append(text[begin:first])
    stops = [head.start() for head in heads[1:]] + [len(text)] * bool(heads)
    for head, stop in zip(heads, stops, strict=True):
        body = text[head.end() : stop]
        name = head["channel"] or head["bare"]
        if name == "final":
            answers.append(body)
        elif name == THINKING_CHANNEL or not (head["to"] or "").strip():
            thoughts.append(body)
    thinking = _MESSAGE_END.sub(" ", "\n\n".join(thoughts)) if thoughts else None
    called = bool(heads) and (heads[-1]["to"] or "").strip().startswith("to=")
    answer = _MESSAGE_END.sub(" ", answers[-1]) if answers else "" if called else None
    pieces = [piece for piece in (thinking, answer) if piece]
    return SplitResponse(thinking=thinking, answer=answer, response="\n\n".join(pieces))


def answer_start(text: str) -> int:
    """Offset of what follows the thinking; 0 where a text does not think or nothing follows."""
    return _answer_start(text) if _may_close(text) else 0


def _may_close(text: str) -> bool:
    """Whether a text has a sign that every closing mark has; asked of every text."""
    if "<" in text and ("</" in text or "|>" in text or "<unused" in text):
        return True
    if "]" in text and ("[/THINK" in text or "[unused" in text):
        return True
    return "◁/" in text or "assistantfinal" in text or "Here is my response:" in text


@lru_cache(maxsize=256)
def _answer_start(text: str) -> int:
    last = None
    for match in _MARK.finditer(text):
        if match[0].lower() in _CLOSINGS:
            last = match
    if "assistantfinal" in text or "<|channel|>final" in text:
        for match in _CHANNEL.finditer(text):
            if "final" in (match["channel"], match["bare"]):
                last = match
    return last.end() if last is not None and text[last.end() :].strip() else 0


def after_leading_thinking(reply: str, *, before: str | None = None) -> str | None:
    """The reply without the thinking that it begins with, stripped; None where that never closes.

    The first closing mark counts, since what follows may quote marks itself.

    Args:
        reply: what a model said, stripped.
        before: a marker of the reply's own; closing marks after it belong to its content.
    """
    limit = -1 if before is None else reply.find(before)
    head = reply if limit < 0 else reply[:limit]
    if "<|channel|>" in head or head[:8] == "analysis":
        begin = answer_start(reply)
        if begin and (limit < 0 or begin <= limit):
            return _MESSAGE_END.sub(" ", reply[begin:]).strip()
    for match in _MARK.finditer(head):
        if match[0].lower() in _CLOSINGS:
            return reply[match.end() :].strip()
    opening = _MARK.match(reply)
    return None if opening is not None and opening[0].lower() in _OPENINGS else reply


def thinking_marks(text: str) -> list[tuple[int, int]]:
    """Where the marks of thinking stand in a text, in order; heads and ends of Harmony's messages too."""
    if not _has_sign(text) or _MARK.search(text) is None:
        return []
    found = [match.span() for match in _MARK.finditer(text) if is_thinking_mark(match[0])]
    if "<|channel|>" in text:
        found += [match.span() for pattern in (_CHANNEL, _MESSAGE_END) for match in pattern.finditer(text)]
    kept: list[tuple[int, int]] = []
    end = 0
    for start, stop in sorted(found, key=lambda part: (part[0], -part[1])):
        if start >= end:
            kept.append((start, stop))
            end = stop
    return kept


def is_thinking_mark(text: str) -> bool:
    """Whether a piece of text is one opening or closing mark of the table."""
    mark = text.strip().lower()
    return mark in _OPENINGS or mark in _CLOSINGS


def may_have_marks(text: str) -> bool:
    """Whether a text has a sign that every mark of the table and every channel has; asked of every text."""
    return _has_sign(text) or "assistantfinal" in text or text.lstrip()[:8] == "analysis"


def _has_sign(text: str) -> bool:
    """Whether a text has a sign that every mark of the table has."""
    if "<" in text or "◁" in text or ("]" in text and ("THINK]" in text or "[unused1" in text)):
        return True
    return ":" in text and "Here is my " in text
