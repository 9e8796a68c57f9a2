"""Check the default thresholds on human translations, and make the strict ones that ship.

    python benchmarks/calibrate_defaults.py --out pipelines/thresholds/strict.toml

For every language of MGSM, NTREX, MSVAMP and MMATH: the share of human translations that the defaults keep,
with 95 % Wilson intervals; and bounds for the measures that are no counts of faults, which together keep a
share of 0.99 (`parallelize.stages.calibrate` says how), with the share of each set's held-out rows that they
and the other defaults keep. The defaults of `core.measures.MEASURES` are round numbers that are looser, since
other data is longer and of other kinds. A bound that would be looser than the default is left out of
`strict`.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import defaultdict
from pathlib import Path

from human_translations import shared_data, translations

from parallelize.assemble.scorers import translation_scorer
from parallelize.core.errors import GateFailure
from parallelize.core.language_pair import LanguagePair
from parallelize.core.rates import Rate
from parallelize.core.thresholds import Thresholds
from parallelize.core.verdicts import Score
from parallelize.stages.audit import AuditJob, AuditRow, audit_rows
from parallelize.stages.calibrate import calibrate, merge_threshold_file

GRADUAL = ("length_deviation", "repetition", "foreign_share", "copy_similarity")
"""Measures that are no counts of faults. All are to be at most their bound."""


def _show(rate: Rate) -> str:
    low, high = rate.interval or (0.0, 1.0)
    return f"{100 * (rate.value or 0):6.2f} % [{100 * low:5.2f}, {100 * high:6.2f}] of {rate.total}"


def _scores(code: str, pairs: list[tuple[str, str]], processes: int) -> list[tuple[Score, ...]]:
    rows = [AuditRow(id=number, texts=(("text", *pair),)) for number, pair in enumerate(pairs)]
    job = AuditJob(languages=LanguagePair("en", code), thresholds=Thresholds.of())
    return [row.scores for row in audit_rows(rows, job, translation_scorer, processes=processes)]


def main() -> None:
    """Print what was found to stderr and write the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="TOML file; languages are put in")
    parser.add_argument("--keep", type=float, default=0.99)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--langs", help="only these, as in de,th")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    sets: dict[str, list[str]] = defaultdict(list)
    for item in translations(shared_data()):
        pairs[item.language] += item.pairs
        sets[item.language] += [item.name] * len(item.pairs)
    for code in arguments.langs.split(",") if arguments.langs else sorted(pairs):
        scores = _scores(code, pairs[code], arguments.processes)
        thresholds = Thresholds.of()
        kept = sum(thresholds.judge(row).kept for row in scores)
        print(f"{code}: defaults keep {_show(Rate(count=kept, total=len(scores)))}", file=sys.stderr)
        try:
            found = calibrate(
                scores, keep=arguments.keep, thresholds=thresholds, measures=GRADUAL, seed=arguments.seed
            )
        except GateFailure as failure:
            print(f"    {failure.message}: no strict bounds", file=sys.stderr)
            continue
        strict = {
            name: bound for name, bound in found.bounds.items() if bound < (thresholds[name] or math.inf)
        }
        bounds = Thresholds.of({**thresholds, **strict})
        by_set: dict[str, Rate] = {}
        for number in found.held_out_rows:
            one = Rate(count=int(bounds.judge(scores[number]).kept), total=1)
            name = sets[code][number]
            by_set[name] = by_set[name] + one if name in by_set else one
        for name, rate in by_set.items():
            print(f"    strict keeps {_show(rate)} held out of {name}", file=sys.stderr)
        how = {
            "sets": " ".join(dict.fromkeys(sets[code])),
            "rows": len(scores),
            "keep": arguments.keep,
            "seed": arguments.seed,
            "held_out_kept": found.held_out.count,
            "held_out_rows": found.held_out.total,
        }
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(merge_threshold_file(arguments.out, code, strict, how), encoding="utf-8")


if __name__ == "__main__":
    main()
