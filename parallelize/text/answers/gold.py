"""The gold answer of an item, which data sets write as a number, a box, a worked solution or a list."""

import json
import re
from typing import Final

from parallelize.core.writing import UNSPACED_LETTERS
from parallelize.text.answers.extraction import boxes, final_answer

_LABEL: Final = re.compile(
    r"^\s*(?:the\s+)?(?:final\s+|correct\s+)?(?:answer|result|solution)\s*[:=：]\s*", re.IGNORECASE
)
_ANNOUNCING: Final = ("####", "</think>", "<answer>", "\n", ":", "：")
"""What a gold field has that holds more than its answer."""
_SHORT_LABEL: Final = re.compile(r"^(?:A|Ans|Sol)\s*[:=]\s*(?=[-+\d$\\])", re.IGNORECASE)
_LONG: Final = 40
"""Characters beside boxes with which a gold is still nothing but its boxes."""
_UNSPACED: Final = re.compile(f"[{UNSPACED_LETTERS}]")
_DIGIT: Final = re.compile(r"\d")
"""In scripts without spaces, a gold with digits may be a sentence ("答えは64です。")."""
_SPACES: Final = 2
"""A gold with as many may be a sentence or a solution that announces its answer."""


def gold_answer(gold: str, language: str = "en") -> str:
    """The answer that a gold field holds: `36` for `#### 36`, `["36"]`, `Answer: 36` and a worked solution.

    Args:
        gold: the field.
        language: language of a worked solution in it.
    """
    text = _SHORT_LABEL.sub("", _LABEL.sub("", gold.strip()))
    if text[:2] in ('["', "['") and text.endswith("]"):
        text = _listed(text)
    if text[:1] == "{" and text.endswith("}"):
        text = _named(text)
    found = boxes(text)
    if found:
        return ", ".join(box.value for box in found) if _only_boxes(text) else found[-1].value
    if (
        text.count(" ") >= _SPACES
        or (_UNSPACED.search(text) and _DIGIT.search(text))
        or any(sign in text for sign in _ANNOUNCING)
    ):
        answer = final_answer(text, language)
        return answer.value if answer is not None else text
    return text


def _named(text: str) -> str:
    """The answer of a JSON object: `{"answer": 64}`."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    keys = ("answer", "final_answer", "result", "value", "gold")
    values = [found[key] for key in keys if isinstance(found.get(key), str | int | float)]
    return str(values[0]) if values else text


def _only_boxes(text: str) -> bool:
    """Whether a gold is a few boxes and little else (`$\\boxed{4}$ and $\\boxed{9}$`)."""
    return text.count("\\boxed") > 1 and len(re.sub(r"\\boxed\s*\{[^{}]*\}", "", text)) <= _LONG


def _listed(text: str) -> str:
    try:
        items = json.loads(text.replace("'", '"') if text[1] == "'" else text)
    except (ValueError, RecursionError):
        return text
    return ", ".join(str(item) for item in items if isinstance(item, str | int | float)) or text
