"""Final answer of a worked English solution: `#### n` or the last `\\boxed{…}`."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["FinalAnswer", "final_answer"]

_MARK = re.compile(r"^####[ \t]*(\S.*?)[ \t]*$", re.MULTILINE)
_BOXED = re.compile(r"\\f?boxed\s*\{")


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalAnswer:
    """What a solution ends in."""

    value: str


def final_answer(text: str, language: str) -> FinalAnswer | None:
    """Read the final answer; `None` if the text marks none."""
    marks = _MARK.findall(text)
    if marks:
        return FinalAnswer(value=marks[-1])
    for start in reversed([match.end() for match in _BOXED.finditer(text)]):
        depth = 1
        for position in range(start, len(text)):
            depth += {"{": 1, "}": -1}.get(text[position], 0)
            if depth == 0:
                return FinalAnswer(value=text[start:position].strip())
    return None
