"""How the gates treat text that people wrote: the figures of docs/quality.md, with 95 % Wilson intervals.

    python benchmarks/gates_on_human_text.py [--rows N] [--seed S] [--tables 14]

1. Language votes on human translations: false off-target and undetermined, by language and set.
2. English presented as every other language: how much of it the vote calls off-target.
3. One English sentence put into a human translation, between its sentences or inside one: how often it
   is found.
4. Whole audit with default thresholds: how many human translations are kept, by language; also without the
   rows that a reader found faulty: `labels/human_text_rows.tsv`, all rows dropped on 29 November 2026.
5. Speed of the vote on grade-school problems, one core.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from human_translations import Translations, identification_sentences, shared_data, translations

from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import LANGUAGES
from parallelize.core.rates import Rate
from parallelize.core.thresholds import Thresholds
from parallelize.identifiers.panel import default_panel
from parallelize.metrics.foreign import foreign_share, foreign_spans
from parallelize.metrics.language import CANDIDATES, MINIMUM_LETTERS, Status
from parallelize.stages.language import LanguageJudge
from parallelize.stages.score import Scorer
from parallelize.text.protect import readable_prose

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_END = re.compile(r"[.!?。।？！؟]\s?|\Z")
_GAP = re.compile(r"\s|[，、]|\Z")
# Labels of lingua's sentences that are right too often wrong (Indonesian among the Malay ones, …) are shown
# and left out of the averages.
_UNSURE_LABELS = frozenset({"ms", "ca", "tl", "yo", "bs", "hr", "sr", "nb", "nn"})


def _show(rate: Rate) -> str:
    if rate.value is None:
        return "–"
    low, high = rate.interval or (0.0, 1.0)
    return f"{100 * rate.value:6.2f} % [{100 * low:5.2f}, {100 * high:5.2f}] of {rate.total}"


def _votes(language_judge: LanguageJudge, name: str, code: str, texts: list[str]) -> tuple[Rate, Rate]:
    votes = language_judge.judge([readable_prose(text) for text in texts], code)
    counts = Counter(vote.status for vote in votes)
    off = Rate(count=counts[Status.OFF], total=len(texts))
    unsure = Rate(count=counts[Status.UNDETERMINED], total=len(texts))
    print(f"  {name:7} {code:3} off-target {_show(off)}   undetermined {_show(unsure)}")
    for text, vote in zip(texts, votes, strict=True):
        if vote.status is Status.OFF:
            print(f"      {vote.language}: {vote.evidence}: {' '.join(text.split())[:100]}")
    return off, unsure


def votes_on_human_text(language_judge: LanguageJudge, sets: list[Translations]) -> None:
    """Table 1."""
    print("\n1. Votes on human text")
    off, unsure = defaultdict(list), defaultdict(list)
    for item in sets:
        if item.language in CANDIDATES:
            rates = _votes(language_judge, item.name, item.language, [text for _, text in item.pairs])
            off[item.language].append(rates[0])
            unsure[item.language].append(rates[1])
    for code, texts in identification_sentences(shared_data()).items():
        if code in LANGUAGES:
            rates = _votes(language_judge, "lingua", code, texts)
            if code in CANDIDATES and code not in _UNSURE_LABELS:
                off[code].append(rates[0])
                unsure[code].append(rates[1])
    for name, rates in (("off-target", off), ("undetermined", unsure)):
        values = [value for group in rates.values() if (value := _sum(group).value) is not None]
        print(f"  macro over {len(values)} languages: {name} {100 * sum(values) / len(values):.3f} %")


def _sum(rates: Iterable[Rate]) -> Rate:
    total = Rate(count=0, total=0)
    for rate in rates:
        total = total + rate
    return total


def english_as_others(language_judge: LanguageJudge, english: list[str]) -> None:
    """Table 2."""
    prose = [readable_prose(text) for text in english]
    enough = [text for text in prose if sum(map(str.isalpha, text)) >= MINIMUM_LETTERS]
    print(f"\n2. English as another language: {len(enough)} texts of {len(prose)} with prose to judge")
    rates = {}
    for code in CANDIDATES:
        if code != "en":
            votes = language_judge.judge(enough, code)
            rates[code] = Rate(count=sum(vote.status is Status.OFF for vote in votes), total=len(votes))
    worst = min(rates, key=lambda code: rates[code].value or 0.0)
    print(f"  all languages {_show(_sum(rates.values()))}; worst {worst} {_show(rates[worst])}")


def inserted_sentences(
    language_judge: LanguageJudge,
    sets: list[Translations],
    english: list[str],
    rng: random.Random,
    thresholds: dict[str, float | None],
) -> None:
    """Table 3."""
    threshold = thresholds["foreign_share"] or 0.0
    print(f"\n3. One English sentence among sentences of another language; found above {threshold:g}")
    sentences = [
        piece for text in english for piece in _SENTENCE_END.split(text.strip()) if len(piece.split()) >= 5
    ]
    for item in sets:
        if item.name not in {"mgsm", "ntrex"} or item.language not in CANDIDATES:
            continue
        found = within = quiet = total = 0
        for source, target in item.pairs:
            if len(target) < 40:
                continue
            sentence = rng.choice(sentences)
            between = _insert(target, sentence, _END, rng)
            inside = _insert(target, sentence, _GAP, rng)
            total += 1
            found += _foreign(language_judge, between, item.language, source) > threshold
            within += _foreign(language_judge, inside, item.language, source) > threshold
            quiet += _foreign(language_judge, target, item.language, source) > threshold
        print(
            f"  {item.name:6} {item.language:3} between {_show(Rate(count=found, total=total))}"
            f"   inside a sentence {_show(Rate(count=within, total=total))}"
            f"   none there {_show(Rate(count=quiet, total=total))}"
        )


def _insert(target: str, sentence: str, places: re.Pattern[str], rng: random.Random) -> str:
    place = rng.choice([match.end() for match in places.finditer(target)])
    return f"{target[:place]} {sentence} {target[place:]}"


def _foreign(language_judge: LanguageJudge, text: str, code: str, source: str) -> float:
    prose = readable_prose(text)
    spans = foreign_spans(prose, code, source=source, name=language_judge.named)
    return foreign_share(prose, spans) or 0.0


def kept_by_the_audit(
    scorer: Scorer, sets: list[Translations], overrides: dict[str, float | None], dropped: Path | None
) -> None:
    """Table 4; with `dropped`, a file that gets a JSON object for each row that is not kept."""
    if dropped:
        dropped.write_text("")
    print(f"\n4. Human translations kept with default thresholds {overrides or ''}\n")
    print("| set | language | even rows, % | odd rows, % | all rows | reasons of the others |")
    print("|---|---|---|---|---|---|")
    by_language: dict[str, Rate] = defaultdict(lambda: Rate(count=0, total=0))
    without: dict[str, Rate] = defaultdict(lambda: Rate(count=0, total=0))
    faulty = _read_as_faulty()
    for item in sets:
        thresholds = Thresholds.of(overrides)
        kept = [0, 0]  # of rows with an even number, and with an odd one, from 0
        reasons: Counter[str] = Counter()
        for number, (source, target) in enumerate(item.pairs):
            scores = scorer.score_row([("text", source, target)], languages=LanguagePair("en", item.language))
            verdict = thresholds.judge(scores)
            kept[number % 2] += verdict.kept
            if (item.name, item.language, number) not in faulty:
                without[item.language] += Rate(count=int(verdict.kept), total=1)
            reasons.update(reason.value for reason in verdict.reasons)
            if dropped and not verdict.kept:
                failed = {score.measure: [score.value, score.evidence] for score in verdict.failed}
                row = {"set": item.name, "language": item.language, "row": number, "failed": failed}
                with dropped.open("a", encoding="utf-8") as lines:
                    texts = {"source": source, "target": target}
                    lines.write(json.dumps(row | texts, ensure_ascii=False) + "\n")
        total = len(item.pairs)
        rate = Rate(count=sum(kept), total=total)
        even, odd = Rate(count=kept[0], total=(total + 1) // 2), Rate(count=kept[1], total=total // 2)
        by_language[item.language] += rate
        why = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
        halves = " | ".join(f"{100 * (half.value or 0.0):.2f}" for half in (even, odd))
        print(f"| {item.name} | {item.language} | {halves} | {_show(rate).strip()} | {why} |", flush=True)
    print("\nby language\n\n| language | kept | faulty as read | kept of the others |\n|---|---|--:|---|")
    for code, rate in sorted(by_language.items(), key=lambda entry: without[entry[0]].value or 0.0):
        others = without[code]
        print(f"| {code} | {_show(rate).strip()} | {rate.total - others.total} | {_show(others).strip()} |")
    print(f"| all | {_show(_sum(by_language.values()))} | | {_show(_sum(without.values()))} |")


def _read_as_faulty() -> set[tuple[str, str, int]]:
    """Set, language and place of each row that was dropped, read, and found faulty."""
    labels = Path(__file__).parent / "labels" / "human_text_rows.tsv"
    rows = [line.split("\t") for line in labels.read_text(encoding="utf-8").splitlines()[1:]]
    return {(name, code, int(place)) for name, code, place, verdict, _ in rows if verdict == "faulty"}


def speed(language_judge: LanguageJudge, sets: list[Translations]) -> None:
    """Table 5."""
    texts = {item.language: [text for _, text in item.pairs] for item in sets if item.name == "mgsm"}
    for code, found in texts.items():
        language_judge.judge(found, code)  # models are loaded, nothing else is remembered
    started = time.process_time()
    for code, found in texts.items():
        language_judge.judge(found, code)
    seconds = time.process_time() - started
    total = sum(map(len, texts.values()))
    print(f"\n5. Vote on {total} problems of MGSM: {total / seconds:,.0f} texts a second of one core")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, help="rows of each set (default: all)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tables", default="12345", help="numbers of the tables to print (default: all)")
    parser.add_argument(
        "--threshold", action="append", default=[], metavar="MEASURE=VALUE", help="instead of the default"
    )
    parser.add_argument("--dropped", type=Path, help="write rows that table 4 does not keep, as JSON lines")
    arguments = parser.parse_args()
    overrides: dict[str, float | None] = {
        name: float(value) for name, _, value in (item.partition("=") for item in arguments.threshold)
    }
    sets = [
        Translations(name=item.name, language=item.language, pairs=item.pairs[: arguments.rows])
        for item in translations(shared_data())
    ]
    english = list(dict.fromkeys(source for item in sets for source, _ in item.pairs))
    panel = default_panel({item.language for item in sets})
    language_judge = LanguageJudge(panel)
    print(language_judge.signature)
    rng = random.Random(arguments.seed)
    tables: dict[str, Callable[[], None]] = {
        "1": lambda: votes_on_human_text(language_judge, sets),
        "2": lambda: english_as_others(language_judge, english),
        "3": lambda: inserted_sentences(language_judge, sets, english, rng, Thresholds.of(overrides)),
        "4": lambda: kept_by_the_audit(Scorer(panel, exact_spans=False), sets, overrides, arguments.dropped),
        "5": lambda: speed(language_judge, sets),
    }
    for number in arguments.tables:
        tables[number]()


if __name__ == "__main__":
    main()
