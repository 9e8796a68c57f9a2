"""What published machine translations contain: `docs/findings.md`, by an audit with default thresholds.

    python benchmarks/findings.py --out docs/findings.md
    python benchmarks/findings.py --rows 100      the first rows of each set, to look at

The sets are those of `audit_precision.py`, whose labels say how often the audit was right on the rows
that were read. No text of any set is shown.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from audit_precision import PublishedSet, audited, published, read_labels
from human_translations import shared_data

from parallelize.core.rates import Rate
from parallelize.core.verdicts import Reason
from parallelize.stages.audit import AuditedRow

WHAT = {
    "gsm8k_mt": "questions of GSM8K, translated by machine",
    "longcot_mgsm": "long thinking on MGSM, translated by machine",
    "mcot_outputs": "responses of a 7B model, looked at without a source",
}
"""Sets of the shared data, by folder."""
SHOWN = 5
"""Reasons of a row of the table."""
HEAD = """# What published translations contain

Printed by `python benchmarks/findings.py --out docs/findings.md`: every published machine translation of
the shared data, audited as `parallelize audit` does with default thresholds and without any model. A row
may have several reasons. "Read" are the labelled rows among those dropped
(`benchmarks/labels/audit_drops.csv`, at most nine for each set and reason, drawn by seed), "right" those
that have a fault that the audit names, with a 95 % Wilson interval; unclear ones are left out. False
alarms of that reading taught rules, so the share of right ones flatters; of the first 107 rows read it
was 0.906 [0.835, 0.948].

| set | language | rows | dropped | reasons | read | right |
|---|---|--:|--:|---|--:|---|
"""
FOOT = """
What the reasons mean is in [quality.md](quality.md#reasons). The most frequent faults, in the words of
who read them: copies of the English source, some with one space more; text that stops in the middle of
the thinking, so that no answer is left; sentences left out; loops. None of it shows in a mean of
similarities, and a model trained on such rows learns it.
"""


def line(item: PublishedSet, found: list[AuditedRow], labels: dict[tuple[str, str, int, str], str]) -> str:
    """A row of the table."""
    reasons: Counter[Reason] = Counter(reason for row in found for reason in row.verdict.reasons)
    best = [label for row in found if (label := best_label(item, row, labels)) is not None]
    sure = [label for label in best if label != "unclear"]
    dropped = Rate(count=sum(not row.verdict.kept for row in found), total=len(found))
    named = ", ".join(f"`{reason}` {count}" for reason, count in reasons.most_common(SHOWN))
    right = shown(Rate(count=sure.count("fault"), total=len(sure)))
    share = f"{100 * (dropped.value or 0):.1f} %"
    cells = (item.name, item.language, len(found), share, named or "none", len(best), right)
    return f"| {' | '.join(map(str, cells))} |"


def best_label(
    item: PublishedSet, row: AuditedRow, labels: dict[tuple[str, str, int, str], str]
) -> str | None:
    """The label of a dropped row: right if any of its reasons that were read is; None if none was."""
    keys = [(item.name, item.language, int(row.id), reason.value) for reason in row.verdict.reasons]
    given = [labels[key] for key in keys if key in labels]
    return min(given, key=("fault", "unclear", "false_alarm").index, default=None)


def shown(rate: Rate) -> str:
    if rate.value is None or rate.interval is None:
        return "–"
    return f"{rate.value:.3f} [{rate.interval[0]:.3f}, {rate.interval[1]:.3f}]"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, help="file to write (default: print)")
    parser.add_argument("--rows", type=int, help="only the first rows of each set")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    labels = read_labels()
    lines = []
    for item in published(shared_data()):
        few = PublishedSet(name=item.name, language=item.language, rows=item.rows[: options.rows])
        lines.append(line(few, audited(few, options.processes), labels))
    legend = "".join(f"\n`{name}`: {what}.  " for name, what in WHAT.items())
    page = HEAD + "\n".join(lines) + f"\n{legend}\n" + FOOT
    if options.out is None:
        print(page)
    else:
        options.out.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
