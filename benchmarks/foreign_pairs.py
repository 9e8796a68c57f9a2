"""A foreign sentence inside a text, for every ordered pair of languages: is it seen, and is nothing else?

    python benchmarks/foreign_pairs.py [--each 2] [--languages de,et,sk] [--missed 20] [--matrix OUT.tsv]

Texts are three sentences of one language, the second in another one (`lingua_lid` of the shared data, 44
languages); beside them three sentences of the language itself, which must have no foreign one. A sentence is
seen where the text is mixed or off target, or a span in another language is named. Pairs within one class of
codes (bs hr sr, id ms, nb nn) are left out: there is nothing foreign to see.
"""

from __future__ import annotations

import argparse
import itertools
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from human_translations import shared_data

from parallelize.assemble.judges import language_judge
from parallelize.core.languages import language
from parallelize.evaluation.part_language import PartText, judge_parts, prose_of
from parallelize.metrics.neighbours import fold_group
from parallelize.metrics.off_target import PartStatus, PartVerdict
from parallelize.text.markdown import markdown_table

_SHORTEST, _LONGEST = 40, 160
_CLASSES = {"bs": "sr", "hr": "sr", "ms": "id", "nn": "no", "nb": "no"}
_SEED = 13


def _sentences(folder: Path, wanted: frozenset[str]) -> dict[str, list[str]]:
    """Sentences of a usual length by language."""
    found = {}
    for path in sorted(folder.glob("*.txt")):
        code = language(path.stem).code
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        shortest = _SHORTEST // 3 if code in ("zh", "ja", "ko") else _SHORTEST
        usual = [line for line in lines if shortest <= len(line) <= _LONGEST and _is_prose(line)]
        if len(usual) >= 8 and (not wanted or code in wanted):
            found.setdefault(code, usual)
    return found


def _is_prose(line: str) -> bool:
    """Whether a line of the web is a sentence and no list of names: most of its words are small."""
    cased = [word for word in line.split() if word.lower() != word.upper()]
    small = sum(word.islower() for word in cased)
    return not cased or (small >= 4 and small >= 0.6 * len(line.split()))


def _class(code: str) -> str:
    return _CLASSES.get(code, fold_group(code))


def _texts(sentences: dict[str, list[str]], each: int) -> Iterator[tuple[str, str, PartText]]:
    """Language asked for, language of the middle sentence, text."""
    draw = random.Random(_SEED)
    for asked, foreign in itertools.product(sentences, repeat=2):
        if asked != foreign and _class(asked) == _class(foreign):
            continue
        for _ in range(each if asked != foreign else 10 * each):
            first, second, last = draw.sample(sentences[asked], 3)
            middle = second if asked == foreign else draw.choice(sentences[foreign])
            yield asked, foreign, PartText(text=prose_of(f"{first} {middle} {last}"), language=asked)


def _seen(verdict: PartVerdict, asked: str) -> bool:
    other = any(_class(span.language or "") != _class(asked) for span in verdict.spans)
    return bool(verdict.mixed()) or verdict.status is PartStatus.OFF or other


def main() -> None:
    """Print a table by language asked for, and which pairs are missed."""
    parser = argparse.ArgumentParser(description="foreign sentences of every pair of languages")
    parser.add_argument("--each", type=int, default=2, help="texts of a pair")
    parser.add_argument("--languages", default="", help="codes with commas [default: all]")
    parser.add_argument("--missed", type=int, default=0, metavar="N", help="show so many that are not seen")
    parser.add_argument("--matrix", type=Path, metavar="TSV", help="write share seen by pair")
    arguments = parser.parse_args()
    wanted = frozenset(filter(None, arguments.languages.split(",")))
    sentences = _sentences(shared_data() / "lingua_lid" / "sentences", wanted)
    texts = list(_texts(sentences, arguments.each))
    began = time.process_time()
    verdicts = judge_parts([part for _, _, part in texts], language_judge())
    seconds = time.process_time() - began
    pairs: dict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
    missed: list[str] = []
    for (asked, foreign, part), verdict in zip(texts, verdicts, strict=True):
        seen = _seen(verdict, asked)
        pairs[asked, foreign][seen] += 1
        if not seen and asked != foreign:
            missed.append(f"{asked} with {foreign}: {verdict.status.value} {verdict.evidence}: {part.text}")
    table = []
    for asked in sentences:
        own = pairs[asked, asked]
        others = {foreign: pairs[asked, foreign] for foreign in sentences if (asked, foreign) in pairs}
        others.pop(asked)
        right = sum(count[True] for count in others.values())
        total = sum(count.total() for count in others.values())
        blind = sorted(
            (code for code, count in others.items() if count[False]), key=lambda c: others[c][True]
        )
        table.append(
            [
                asked,
                f"{right} of {total}",
                f"{100 * right / total:.1f}",
                f"{own[True]} of {own.total()}",
                " ".join(blind[:8]),
            ]
        )
    seen = sum(count[True] for (a, f), count in pairs.items() if a != f)
    total = sum(count.total() for (a, f), count in pairs.items() if a != f)
    false = sum(pairs[code, code][True] for code in sentences)
    owns = sum(pairs[code, code].total() for code in sentences)
    whole = sum(1 for (a, f), count in pairs.items() if a != f and not count[False])
    table.append(["all", f"{seen} of {total}", f"{100 * seen / total:.1f}", f"{false} of {owns}", ""])
    print(markdown_table(["asked", "seen", "%", "seen where none is", "not always seen"], table))
    count = sum(1 for a, f in pairs if a != f)
    print(f"\n{len(sentences)} languages, {count} pairs, {whole} seen in every text; {seconds:.0f} CPU s")
    for line in random.Random(_SEED).sample(missed, min(arguments.missed, len(missed))):
        print(line)
    if arguments.matrix:
        rows = [["asked", *sentences]]
        for asked in sentences:
            counts = [pairs.get((asked, foreign), Counter()) for foreign in sentences]
            rows.append([asked, *(f"{c[True] / c.total():.2f}" if c.total() else "" for c in counts)])
        arguments.matrix.write_text("\n".join("\t".join(row) for row in rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
