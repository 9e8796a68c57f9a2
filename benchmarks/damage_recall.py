r"""How much damage the audit finds: human translations spoilt on purpose, judged with default thresholds.

    python benchmarks/damage_recall.py [--rows N] [--seed S] [--sets mgsm,mmath] [--langs th,zh] [--show K]

For every set and language the first N rows are judged as they are, then damaged in each way that
`parallelize.stages.damage` knows, and judged again with the same scorer and thresholds (those of
`parallelize audit`). Recall is the share of damaged rows that are dropped, with 95 % Wilson intervals; beside
it stands the share of the same rows that are kept undamaged. A row that is dropped undamaged is in neither.

`remove_boxed`, and `eat_backslashes` where a set has no LaTeX, get `$\boxed{answer}$` on a line of its own
at the end of source and target first; a row without a table, code, JSON or a sign gets the same one in both
texts where a damage is done to such. Solutions to append are the worked examples of MGSM in the language.

Visible is what can be seen without understanding either text; everything else is judged, too, and counted
apart. Not visible are: a dropped sentence that holds no number and is no question at the end, where the
text has less than three sentences or its script has no full stop; a cut that takes no number away and ends
at the end of a sentence, or in a script without full stops; swapped rows of which neither has a number; a
head that is cut off with no number, in a script without capitals or at the beginning of a sentence; names
and opposites, which a look at both texts without a translation back does not see (`back_swaps` does).
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

from human_translations import Translations, shared_data, translations

from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import LANGUAGES
from parallelize.core.rates import Rate
from parallelize.core.thresholds import Thresholds
from parallelize.identifiers.panel import default_panel
from parallelize.stages.damage import DAMAGES, Specimen
from parallelize.stages.score import Scorer
from parallelize.text.segment import sentences

_ANSWER = "42"
_OTHERS = 12  # other rows that a damage may draw on
_DIGIT = re.compile(r"\d+")
_END = re.compile(r"[.!?…。！？।؟۔][\"'”’»」』）)\]]*\s*$")
_UNMARKED = frozenset({"Thai", "Laoo", "Khmr"})
_CASED = frozenset({"Latn", "Cyrl"})
_FURNITURE = {
    "table_cell": (
        "| A | B |\n|---|---|\n| 3 | 4 |\n| 5 | 12 |",
        "| n | f(n) |\n|:--|--:|\n| 1 | 7 |\n| 2 | 11 |\n| 3 | 15 |",
    ),
    "code_line": (
        "```python\ntotal = 0\nfor n in range(10):\n    total += n * n\nprint(total)\n```",
        "```c\nint f(int n) {\n    return n <= 1 ? 1 : n * f(n - 1);\n}\n```",
    ),
    "json_key": (
        '{"name": "x", "total": 12, "items": [1, 2]}',
        '[{"id": 7, "unit": "kg"}, {"id": 9, "unit": "kg"}]',
    ),
    "sign_lost": (
        "(0 ≤ x < 7, y ≥ 2)",
        "(x ± 0,5 ≈ π, a^2 = b)",
        "(ana@example.org, #tag, C#)",
        "(20 °C, 6 Ω, 5 €, £3)",
    ),
}
"""What is put at the end of both texts where a damage needs it and the row has none."""


def worked_solutions(root: Path) -> dict[str, list[str]]:
    """MGSM's worked examples by language: the steps, without the label before them."""
    content = json.loads((root / "mgsm" / "exemplars.json").read_text(encoding="utf-8"))
    return {
        code: [item["a"].split(":", 1)[-1].strip() for item in items.values()]
        for code, items in content["MGSM_EXEMPLARS"].items()
    }


def visible(name: str, before: Specimen, after: str) -> bool:
    """Whether a damage can be seen without understanding the texts (see the module's docstring)."""
    if name in {"name_changed", "opposite"}:
        return False
    if name not in _HALF_VISIBLE or Counter(_DIGIT.findall(before.target)) != Counter(_DIGIT.findall(after)):
        return True
    return _HALF_VISIBLE[name](before, after)


def _cut_shows(before: Specimen, after: str) -> bool:
    unmarked = LANGUAGES[before.language].script in _UNMARKED
    return not unmarked and _END.search(after) is None and _END.search(before.target) is not None


def _head_shows(before: Specimen, after: str) -> bool:
    return LANGUAGES[before.language].script in _CASED and after[:1].islower()


def _gap_shows(before: Specimen, after: str) -> bool:
    asked = before.target.rstrip().endswith(_ASKING) and not after.rstrip().endswith(_ASKING)
    unmarked = LANGUAGES[before.language].script in _UNMARKED
    return asked or (not unmarked and len(sentences(before.target)) >= 3)


_ASKING = ("?", "？", "؟")
_HALF_VISIBLE: Mapping[str, Callable[[Specimen, str], bool]] = {
    "cut": _cut_shows,
    "head_cut": _head_shows,
    "drop_sentence": _gap_shows,
    "swap_rows": lambda before, after: False,
}
"""Damages that leave the numbers alone, and what shows them then."""


def specimens(
    item: Translations, elsewhere: dict[str, list[str]], solutions: list[str], rng: Random
) -> Iterator[Specimen]:
    """The rows of one set in one language."""
    for source, target in item.pairs:
        yield Specimen(
            source=source,
            target=target,
            language=item.language,
            others=tuple(rng.sample(item.pairs, min(_OTHERS, len(item.pairs)))),
            elsewhere=tuple(elsewhere.get(source, ())),
            solution=rng.choice(solutions) if solutions and rng.random() < 0.5 else "",
        )


def furnished(specimen: Specimen, damage: str, rng: Random) -> Specimen:
    """The row with what the damage is done to: a boxed answer, a table, code, JSON, signs."""
    if damage in _FURNITURE and DAMAGES[damage].apply(specimen, Random(0)) is None:
        end = f"\n\n{rng.choice(_FURNITURE[damage])}"
        return replace(specimen, source=specimen.source + end, target=specimen.target + end)
    if damage == "remove_boxed" or (damage == "eat_backslashes" and "\\" not in specimen.target):
        end = f"\n\n$\\boxed{{{_ANSWER}}}$"
        return replace(specimen, source=specimen.source + end, target=specimen.target + end)
    return specimen


class Bench:
    """Judges rows as `parallelize audit` does."""

    def __init__(self, languages: set[str]) -> None:
        self.scorer = Scorer(default_panel(languages), exact_spans=False)

    def dropped(self, source: str, target: str, language: str) -> tuple[str, ...]:
        """Reasons; empty for a kept row."""
        scores = self.scorer.score_row([("text", source, target)], languages=LanguagePair("en", language))
        return tuple(reason.value for reason in Thresholds.of().judge(scores).reasons)


def _show(rate: Rate) -> str:
    if rate.value is None:
        return "–"
    low, high = rate.interval or (0.0, 1.0)
    return f"{rate.value:.3f} [{low:.3f}, {high:.3f}] of {rate.total}"


def _cell(rate: Rate) -> str:
    return "–" if rate.value is None else f"{rate.value:.2f}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=60, help="rows of each set and language")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sets", default="mgsm,msvamp,mmath,ntrex")
    parser.add_argument("--langs", default="", help="only these languages")
    parser.add_argument("--damages", default=",".join(DAMAGES))
    parser.add_argument("--parity", choices=("even", "odd"), help="only rows with such a number, from 0")
    parser.add_argument("--show", type=int, default=0, help="print that many visible misses of each damage")
    arguments = parser.parse_args()
    root = shared_data()
    chosen = set(arguments.sets.split(","))
    wanted = set(filter(None, arguments.langs.split(",")))
    every = [item for item in translations(root) if item.name in chosen]
    elsewhere: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for item in every:
        for source, target in item.pairs:
            elsewhere[item.name][source].append((item.language, target))
    solutions = worked_solutions(root)
    bench = Bench({item.language for item in every})
    kept: dict[str, Rate] = defaultdict(lambda: Rate(count=0, total=0))
    found: dict[tuple[str, str, bool], Rate] = defaultdict(lambda: Rate(count=0, total=0))
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    shown: Counter[str] = Counter()
    for item in every:
        if wanted and item.language not in wanted:
            continue
        rng = Random(f"{arguments.seed} {item.name} {item.language}")
        others = {
            source: [text for code, text in found_ if code != item.language]
            for source, found_ in elsewhere[item.name].items()
        }
        rows = list(specimens(item, others, solutions.get(item.language, []), rng))
        if arguments.parity:
            rows = rows[arguments.parity == "odd" :: 2]
        for specimen in rows[: arguments.rows]:
            undamaged = bench.dropped(specimen.source, specimen.target, item.language)
            kept[item.language] += Rate(count=not undamaged, total=1)
            if undamaged:
                continue
            for name in arguments.damages.split(","):
                before = furnished(specimen, name, rng)
                after = DAMAGES[name].apply(before, rng)
                if after is None or after == before.target:
                    continue
                why = bench.dropped(before.source, after, item.language)
                seen = visible(name, before, after)
                found[name, item.language, seen] += Rate(count=bool(why), total=1)
                reasons[name].update(why[:1])
                if not why and seen and shown[name] < arguments.show:
                    shown[name] += 1
                    print(f"missed {name} {item.name} {item.language}")
                    print(f"  source  {before.source}\n  before  {before.target}\n  after   {after}")
    report(arguments.damages.split(","), kept, found, reasons)


def report(
    names: list[str],
    kept: dict[str, Rate],
    found: dict[tuple[str, str, bool], Rate],
    reasons: dict[str, Counter[str]],
) -> None:
    """Print the tables in Markdown."""

    def total(name: str | None, language: str | None, seen: bool | None) -> Rate:
        result = Rate(count=0, total=0)
        for (one, other, third), rate in found.items():
            if (name in (None, one)) and (language in (None, other)) and (seen in (None, third)):
                result = result + rate
        return result

    print("\n| damage | recall, visible | recall, not visible | first reasons |\n|---|---|---|---|")
    for name in names:
        top = ", ".join(f"{reason} {count}" for reason, count in reasons[name].most_common(4))
        print(f"| {name} | {_show(total(name, None, True))} | {_show(total(name, None, False))} | {top} |")
    print(f"| all | {_show(total(None, None, True))} | {_show(total(None, None, False))} | |")
    print("\nRecall of visible damage by language, and human translations kept undamaged\n")
    print(f"| | {' | '.join(names)} | all | kept |\n|{'---|' * (len(names) + 3)}")
    for language in sorted(kept):
        cells = " | ".join(_cell(total(name, language, True)) for name in names)
        rate = kept[language]
        low, high = rate.interval or (0.0, 1.0)
        print(
            f"| {language} | {cells} | {_cell(total(None, language, True))} "
            f"| {100 * (rate.value or 0.0):.1f} % [{100 * low:.1f}, {100 * high:.1f}] of {rate.total} |"
        )
    everything = sum(kept.values(), Rate(count=0, total=0))
    cells = " | ".join(_cell(total(name, None, True)) for name in names)
    print(
        f"| all | {cells} | {_cell(total(None, None, True))} "
        f"| {100 * (everything.value or 0.0):.1f} % of {everything.total} |"
    )


if __name__ == "__main__":
    main()
