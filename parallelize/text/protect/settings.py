"""Settings that stand in a text without a fence: YAML, TOML, INI, variables of an environment.

Keys and values stay as they are; a value of several words is language and is left out of the span.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from parallelize.text.protect.spans import Span, SpanKind

__all__ = ["settings"]

_LINE = re.compile(
    r"""
    (?P<indent>[ \t]*)
    (?:
        (?P<section>\[{1,2}[\w.-]+(?:[ ]["']?[\w.-]+["']?)?\]{1,2})       # [server], [[bin]]
      | (?P<rule>---)
      | (?P<comment>(?:\#(?!\#)|;).*)
      | (?P<start>(?P<dash>-[ ]+)?(?:export[ ])?(?P<key>["']?[A-Za-z_$][\w.$/-]{0,60}["']?)
          (?: (?P<colon>:)(?=[ \n]|\Z) | [ ]?(?P<equal>=)(?!=) ))         # name:, port =
        [ \t]*(?P<value>.*)
      | -[ ]+(?P<item>\S.*)
    )?
    [ \t]*
    """,
    re.VERBOSE,
)
_MAY_OPEN = re.compile(
    r"""
    (?:\A|\n)[ \t]*
    (?:
        (?:-[ ]|export[ ])?[A-Za-z_$][\w.$/-]{0,60}(?::(?=[ \n])|[ ]?=(?!=))[^\n]*
      | \[[^\]\n]{1,80}\]+[ \t]* | ---[ \t]*
    )
    (?:\n[ \t]*(?:[#;][^\n]*)?){1,3}(?<=[\n \t])
    (?:-[ ]|export[ ])?["']?[A-Za-z_$][\w.$/-]{0,60}["']?(?::|[ ]?=(?!=))
    """,
    re.VERBOSE,
)
"""A key, a section or a rule over another key, which every such block has; quick."""
_NAME = re.compile(r"[a-z_$][\w.$/-]*|[A-Z][A-Z0-9_]+")
"""A key that may stand by itself; "Name: Ana" is a form."""
_CONSTANT = re.compile(r"(?:true|false|null|None|True|False)[;,]?")
_PLACE = re.compile(
    r"v?\d+(?:\.\d+){2,3}[\w.+-]*|~?\.{0,2}/[\w.@+~/-]+|[A-Za-z]:\\\S+|localhost|[A-Za-z][\w.-]*:\d{2,5}"
)
"""A version, a path, a host."""
_IDENTIFIER = re.compile(r"[a-z]+(?:_[a-z0-9]+)+|[a-z]{2,}[A-Z]\w*")
_QUOTED = re.compile(r"(\"[^\"]*\"|'[^']*'),?")
_PLAIN = re.compile(r"[A-Za-z][\w.]+")
_WORD = re.compile(r"[a-z]{2,}|[A-Z][a-z]+")
_LANGUAGE = re.compile(r"[^\W\d_][^\n]*[ ][^\n]*[^\W\d_]{2}[^\n]*|[\s\S]*[^\W\d_\x00-\x7f][\s\S]*")
"""Words with a blank between them, or a letter that no name has: a sentence or a title."""
_SENTENCE = re.compile(r"\S+ \S+ .*")
_COMMANDS = frozenset(["run", "cmd", "command", "script", "exec", "entrypoint", "args", "pattern", "format"])
"""Keys whose values are never language."""


def settings(text: str) -> Iterator[Span]:
    """Settings in a text, in order, without those of their values that are language."""
    if _MAY_OPEN.search(text) is None:
        return
    block: list[re.Match[str]] = []
    position = 0
    for line in (*text.split("\n"), "."):
        found = _LINE.fullmatch(text, position, position + len(line)) if position <= len(text) else None
        if found is not None and (block or _may_begin(found)):
            block.append(found)
        elif block:
            yield from _spans(text, block)
            block = []
        position += len(line) + 1


def _may_begin(line: re.Match[str]) -> bool:
    key = line["key"]
    return bool(line["section"] or line["rule"]) or (key is not None and _NAME.fullmatch(key) is not None)


def _spans(text: str, block: list[re.Match[str]]) -> Iterator[Span]:
    """What of a block of lines is hidden, if it is one of settings: neighbouring lines as one span."""
    while block and not (block[-1]["key"] or block[-1]["item"] or block[-1]["rule"]):
        block.pop()
    keys = [line for line in block if line["key"]]
    if len(keys) < 2 or not (_is_nested(block) or _is_mapped(block, keys) or _is_assigned(block, keys)):
        return
    start = end = -1
    for line in block:
        low, high = line.end("indent"), _copied_end(line)
        if start >= 0 and (high <= low or text[end:low].strip()):
            yield Span(start, end, SpanKind.CODE)
            start = -1
        if low < high:
            start, end = (low if start < 0 else start), high
        if _is_word(line):
            if start >= 0:
                yield Span(start, end, SpanKind.CODE)
            start = -1
            yield Span(*line.span("value" if line["key"] else "item"), SpanKind.VALUE)
    if start >= 0:
        yield Span(start, end, SpanKind.CODE)


def _said(line: re.Match[str]) -> str | None:
    """The value of a line, or its item; None for another line."""
    found: str | None = line["value"] if line["key"] else line["item"]
    return found


def _is_word(line: re.Match[str]) -> bool:
    """Whether a value is one word, which is a name more often than language."""
    said = _said(line)
    if said is None or line["key"] in _COMMANDS or _CONSTANT.fullmatch(said):
        return False
    return _WORD.fullmatch(said) is not None


def _copied_end(line: re.Match[str]) -> int:
    """Where the part of a line ends that every translation has as it is."""
    said = _said(line)
    language = said is not None and line["key"] not in _COMMANDS and _LANGUAGE.fullmatch(said) is not None
    if language or _is_word(line):
        return len(line.string[: line.end("start")].rstrip()) if line["key"] else line.end("indent")
    return line.end("indent") + len(line[0].strip())


def _is_nested(block: Sequence[re.Match[str]]) -> bool:
    """Whether a key alone stands over one that is indented deeper, or keys of one item under each other."""
    return any(
        upper["colon"] and lower["colon"] and _NAME.fullmatch(upper["key"]) and _is_under(upper, lower)
        for upper, lower in pairwise(block)
    )


def _is_under(upper: re.Match[str], lower: re.Match[str]) -> bool:
    depth = len(lower["indent"]) - len(upper["indent"])
    if upper["value"]:
        return bool(upper["dash"]) and not lower["dash"] and depth == len(upper["dash"])
    return depth > 0


def _is_mapped(block: Sequence[re.Match[str]], keys: Sequence[re.Match[str]]) -> bool:
    """Whether keys and values with a colon are of YAML: constants, versions, paths, names of variables."""
    least = min(len(line["indent"]) for line in keys)
    if not all(
        line["colon"] and (len(line["indent"]) > least or _NAME.fullmatch(line["key"])) for line in keys
    ):
        return False
    if block[0]["rule"] and block[1]["key"] and any(line["rule"] for line in block[2:]):
        return True
    if any(_PLACE.fullmatch(line["value"]) or _IDENTIFIER.fullmatch(line["key"]) for line in keys):
        return True
    constants = [line for line in keys if _CONSTANT.fullmatch(line["value"]) and len(line["key"]) > 1]
    return bool(constants) and not any(_SENTENCE.match(line["value"]) for line in keys)


def _is_assigned(block: Sequence[re.Match[str]], keys: Sequence[re.Match[str]]) -> bool:
    """Whether keys and values with an equals sign are those of TOML, INI or an environment."""
    if not all(line["equal"] and len(line["key"]) > 1 for line in keys):
        return False
    if any(line["section"] for line in block):
        return True
    values = [line["value"] for line in keys]
    if any(
        _CONSTANT.fullmatch(value) or _PLACE.fullmatch(value) or _QUOTED.fullmatch(value) for value in values
    ):
        return True
    if all("export " in line["start"] for line in keys):
        return True
    glued = all(line.end("key") + 1 == line.start("value") and line["key"].islower() for line in keys)
    return glued and any(map(_PLAIN.fullmatch, values))
