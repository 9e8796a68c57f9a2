"""Run the planted replies through reader and gates: what a build does with them, without an engine."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parallelize.assemble.scorers import default_scorer
from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import FinishReason
from parallelize.core.thresholds import Thresholds
from parallelize.core.verdicts import Reason
from parallelize.text.prompts import envelope_for, read_reply, shipped_profile

FILE = Path(__file__).with_name("planted_replies.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One planted reply and its verdict."""

    row: dict[str, Any]
    reasons: tuple[Reason, ...] = ()
    evidence: tuple[str, ...] = field(default=())

    @property
    def kept(self) -> bool:
        return not self.reasons


def load() -> list[dict[str, Any]]:
    """The planted replies, in the order of the file."""
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def judged() -> Iterator[Judged]:
    """The verdict of every planted reply: finish first, then envelope, then the segment gates."""
    scorer, profile = default_scorer(), shipped_profile("instruct")
    for row in load():
        if row["finish"] != FinishReason.STOP:
            yield Judged(row=row, reasons=(Reason.ENGINE,))
            continue
        read = read_reply(profile, row["reply"], envelope=envelope_for(row["source"]))
        if read.text is None:
            yield Judged(row=row, reasons=(Reason.ENVELOPE,), evidence=(str(read.fault),))
            continue
        code = row["target_language"]
        scores = scorer.score_segment(row["source"], read.text, languages=LanguagePair("en", code))
        verdict = Thresholds.of().judge(scores)
        yield Judged(
            row=row,
            reasons=verdict.reasons,
            evidence=tuple(f"{score.measure}={score.value}: {score.evidence}" for score in verdict.failed),
        )


def table(results: list[Judged]) -> str:
    """Recall by kind and false alarms by language, to print."""
    total, caught, right = Counter(), Counter(), Counter()
    for item in results:
        kind = item.row["kind"]
        total[kind] += 1
        caught[kind] += not item.kept
        right[kind] += bool(set(item.reasons) & set(item.row["accept"]))
    lines = [f"{'kind':28}{'rows':>6}{'dropped':>9}{'right reason':>14}"]
    lines += [f"{kind:28}{total[kind]:6}{caught[kind]:9}{right[kind]:14}" for kind in total]
    return "\n".join(lines)
