"""The loop of published evaluations over responses: langdetect's first guess, and math-verify on the answer.

ANSWERS=no leaves the answers out.
"""

from __future__ import annotations

import os
from typing import Any

import langdetect
from langdetect.lang_detect_exception import LangDetectException
from math_verify import parse, verify
from turns import take_turns

langdetect.DetectorFactory.seed = 0
ANSWERS = os.environ.get("ANSWERS") != "no"


def on_target(row: dict[str, Any]) -> bool:
    """Whether the whole response is guessed to be in the language asked for."""
    try:
        return bool(langdetect.detect(row["response"]) == row["language"])
    except LangDetectException:
        return False


def work(rows: list[dict[str, Any]]) -> int:
    """Judge every response."""
    good = 0
    for row in rows:
        on = on_target(row)
        right = verify(parse(row["gold"]), parse(row["response"])) if ANSWERS else True
        good += on and right
    return good


take_turns(work)
