r"""How often the audit is right when it drops a row of published machine output, by labels made by hand.

    python benchmarks/audit_precision.py                       the figures of docs/quality.md
    python benchmarks/audit_precision.py --sample 12 --seed 5  rows to read: 12 for each set and reason

The sets are `gsm8k_mt` (de, sw), `longcot_mgsm` (ja, sw) and `mcot_outputs` (de, en, sw, th; responses,
audited without source), with default thresholds.

`benchmarks/labels/audit_drops.csv` has a line for each row that was read: set, language, row (from 1),
reason, label, and why in a few words. The label says whether the row has the fault that the reason names:
`fault`, `false_alarm` or `unclear`. Precision is faults / (faults + false alarms) over the labelled rows that
are dropped for that reason today, with 95 % Wilson intervals; the lowest value counts every unclear row as a
false alarm. A row is right to drop if any of its reasons that were read is.

Two faults are counted by detectors that share nothing with the audit: untranslated copies (nine tenths of the
words of the target, in order, are the source's) and decoder loops (`is_loop`: phrases and signs by regular
expressions, sentences that come again in their order). Each row that they find must be dropped. Loops are
looked for in `langforcing_s1` (bn, fr, ja, ru, th), too.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from human_translations import shared_data

from parallelize.assemble.scorers import translation_scorer
from parallelize.core.language_pair import LanguagePair
from parallelize.core.rates import Rate
from parallelize.core.thresholds import Thresholds
from parallelize.stages.audit import AuditedRow, AuditJob, AuditRow, audit_rows

LABELS = Path(__file__).with_name("labels") / "audit_drops.csv"
_WHOLE = 700  # characters of a text that are shown in full
_WORD = re.compile(r"\w+")
_PHRASE = re.compile(r"(?s)(\S.{3,300}?)\1{2,}")
_SHORT = re.compile(r"(?s)(\S.{0,4}?)\1{9,}")
_SENTENCE_ENDS = re.compile(r"[.!?。！？।\n]+")
_LEAST_PHRASE, _LEAST_SHORT = 60, 30  # characters of a loop
_LONGEST_PERIOD = 20  # sentences
_PERIODS, _PERIODS_OF_SHAPE = 3, 25


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSet:
    """One published set in one language."""

    name: str
    language: str
    rows: tuple[AuditRow, ...]


def published(root: Path) -> Iterator[PublishedSet]:
    """The sets, row by row in the order of their files."""
    for code in ("de", "sw"):
        folder = root / "gsm8k_mt" / f"{code}-en"
        english, target = (_lines(next(folder.glob(f"*.{side}"))) for side in ("en", code))
        rows = [
            AuditRow(id=number, texts=(("text", one, other),), fault="" if other.strip() else "blank")
            for number, (one, other) in enumerate(zip(english, target, strict=True), 1)
        ]
        yield PublishedSet(name="gsm8k_mt", language=code, rows=tuple(rows))
    folder = root / "longcot_mgsm"
    source = {row["question_index"]: row for row in _json_lines(folder / "english_responses.jsonl")}
    for code in ("ja", "sw"):
        rows = [
            AuditRow(
                id=number,
                texts=(
                    (
                        "response",
                        source[row["question_index"]]["english_response"],
                        row["translated_response"],
                    ),
                ),
                answer=str(row["ground_truth"]),
            )
            for number, row in enumerate(_json_lines(folder / f"translated_{code}_responses.jsonl"), 1)
        ]
        yield PublishedSet(name="longcot_mgsm", language=code, rows=tuple(rows))
    for code in ("de", "en", "sw", "th"):
        rows = [
            AuditRow(
                id=number,
                texts=(("response", None, row["response"]),),
                fault="" if row["response"].strip() else "blank",
            )
            for number, row in enumerate(_json_lines(root / "mcot_outputs" / f"mcot_ft_mgsm_{code}.json"), 1)
        ]
        yield PublishedSet(name="mcot_outputs", language=code, rows=tuple(rows))


def told_to_think(root: Path) -> Iterator[PublishedSet]:
    """Long outputs of a model told to think in a language (`langforcing_s1`): only loops are looked for."""
    for path in sorted((root / "langforcing_s1").glob("*/*.jsonl")):
        rows = [
            AuditRow(id=number, texts=(("output", None, row["output"]),))
            for number, row in enumerate(_json_lines(path), 1)
        ]
        yield PublishedSet(name=f"langforcing_s1 {path.parent.name}", language=path.stem, rows=tuple(rows))


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")


def _json_lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def audited(item: PublishedSet, processes: int) -> list[AuditedRow]:
    """Verdicts with default thresholds."""
    job = AuditJob(languages=LanguagePair("en", item.language), thresholds=Thresholds.of())
    return list(audit_rows(item.rows, job, translation_scorer, processes=processes))


def is_copy(source: str | None, target: str) -> bool:
    """Nine tenths of the target's words are the source's, in order; a text of three words or more."""
    if source is None:
        return False
    ours, theirs = (_WORD.findall(text.casefold()) for text in (source, target))
    if len(theirs) < 3:
        return False
    same = sum(
        block.size for block in difflib.SequenceMatcher(None, ours, theirs, False).get_matching_blocks()
    )
    return same >= 0.9 * len(theirs)


def is_loop(source: str | None, target: str) -> bool:
    """A phrase three times in a row, a few signs ten times, or sentences that come again in their order.

    Sentences are compared as they are (three periods of one to twenty sentences), and without their numbers
    (25 periods). What the source has is no loop.
    """
    for pattern, least in ((_PHRASE, _LEAST_PHRASE), (_SHORT, _LEAST_SHORT)):
        for match in pattern.finditer(target):
            lettered = any(map(str.isalpha, match[1])) or len(match[1]) == 1
            if len(match[0]) >= least and lettered and (source is None or match[0] not in source):
                return True
    return _sentences_again(target) and not (source is not None and _sentences_again(source))


def _sentences_again(text: str) -> bool:
    said = [" ".join(item.split()) for item in _SENTENCE_ENDS.split(text) if any(map(str.isalpha, item))]
    for shapes, periods in (
        (said, _PERIODS),
        ([re.sub(r"\d+", "0", item) for item in said], _PERIODS_OF_SHAPE),
    ):
        for period in range(1, _LONGEST_PERIOD + 1):
            run = 0
            for one, other in zip(shapes, shapes[period:], strict=False):
                run = run + 1 if one == other else 0
                if run >= period * (periods - 1):
                    return True
    return False


def _show(rate: Rate) -> str:
    if rate.value is None or rate.interval is None:
        return "–"
    return f"{rate.count}/{rate.total} = {rate.value:.3f} [{rate.interval[0]:.3f}, {rate.interval[1]:.3f}]"


def drops(item: PublishedSet, found: list[AuditedRow]) -> None:
    """What is dropped, by reason."""
    counts: dict[str, int] = defaultdict(int)
    for row in found:
        for reason in row.verdict.reasons:
            counts[reason.value] += 1
    kept = sum(row.verdict.kept for row in found)
    print(f"  {item.name} {item.language}: {kept} of {len(found)} kept; {dict(sorted(counts.items()))}")


def cross_check(item: PublishedSet, found: list[AuditedRow]) -> None:
    """Copies and loops by the independent detectors, and whether the audit drops them."""
    for name, detect in (("copies", is_copy), ("loops", is_loop)):
        seen = [
            row
            for given, row in zip(item.rows, found, strict=True)
            if any(detect(source, target) for _, source, target in given.texts)
        ]
        missed = [row.id for row in seen if row.verdict.kept]
        print(f"  {item.name} {item.language}: {len(seen)} {name}, {len(missed)} of them kept {missed or ''}")


def read_labels() -> dict[tuple[str, str, int, str], str]:
    """(set, language, row, reason) → label."""
    with LABELS.open(encoding="utf-8", newline="") as handle:
        return {
            (row["set"], row["language"], int(row["row"]), row["reason"]): row["label"]
            for row in csv.DictReader(handle)
        }


def precision(audits: Iterable[tuple[PublishedSet, list[AuditedRow]]]) -> None:
    """Tables by set and by reason."""
    labels = read_labels()
    by_reason: dict[str, list[str]] = defaultdict(list)
    by_set: dict[str, list[str]] = defaultdict(list)
    unused = dict(labels)
    for item, found in audits:
        for row in found:
            key = (item.name, item.language, int(row.id))
            given = {}
            for reason in row.verdict.reasons:
                label = labels.get((*key, reason.value))
                unused.pop((*key, reason.value), None)
                if label is not None:
                    given[reason.value] = label
                    by_reason[reason.value].append(label)
            if given:
                # A row is right to drop if any reason that was read is right.
                best = min(given.values(), key=("fault", "unclear", "false_alarm").index)
                by_set[f"{item.name} {item.language}"].append(best)
                by_set["all sets"].append(best)
    for title, groups in (("By set: rows", by_set), ("By reason", by_reason)):
        print(f"\n{title}")
        for name, group in groups.items():
            faults, unclear = group.count("fault"), group.count("unclear")
            rate = Rate(count=faults, total=len(group) - unclear)
            low = Rate(count=faults, total=len(group))
            print(
                f"  {name:20} read {len(group):3}, unclear {unclear:2}; precision {_show(rate)}; "
                f"at least {_show(low)}"
            )
    print(f"\n{len(labels)} labels; {len(unused)} of rows that are not dropped for that reason today")
    for key, label in sorted(unused.items()):
        print(f"  {' '.join(map(str, key))}: {label}")


def sample(item: PublishedSet, found: list[AuditedRow], most: int, seed: int) -> None:
    """Print rows to read."""
    rng = random.Random(f"{seed}:{item.name}:{item.language}")
    by_reason: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(found):
        for reason in row.verdict.reasons:
            by_reason[reason.value].append(number)
    for reason, numbers in sorted(by_reason.items()):
        for number in sorted(rng.sample(numbers, min(most, len(numbers)))):
            row, given = found[number], item.rows[number]
            print(
                f"\n=== {item.name},{item.language},{row.id},{reason}  all: {', '.join(row.verdict.reasons)}"
            )
            for score in row.verdict.failed:
                print(f"  {score.measure}={score.value:g} {score.evidence[:200]!r}")
            for _, source, target in given.texts:
                print(f"  S {_ends(source or '')}\n  T {_ends(target)}", flush=True)


def _ends(text: str) -> str:
    """A text to read: whole, or its beginning and end."""
    if len(text) <= _WHOLE:
        return repr(text)
    return f"({len(text)} characters) {text[: _WHOLE // 3]!r} … {text[-_WHOLE // 2 :]!r}"


def main() -> None:
    """Print the figures, or rows to read."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sample", type=int, metavar="N", help="print rows to read instead")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rows", type=int, help="only the first rows of each set")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    audits = []
    for item in published(shared_data()):
        few = PublishedSet(name=item.name, language=item.language, rows=item.rows[: arguments.rows])
        found = audited(few, arguments.processes)
        if arguments.sample:
            sample(few, found, arguments.sample, arguments.seed)
        else:
            audits.append((few, found))
    if arguments.sample:
        return
    print("Kept and dropped with default thresholds")
    for item, found in audits:
        drops(item, found)
    print("\nFound by independent detectors")
    for item in told_to_think(shared_data()):
        cross_check(item, audited(item, arguments.processes))
    for item, found in audits:
        cross_check(item, found)
    precision(audits)


if __name__ == "__main__":
    main()
