"""Which identifiers should vote: the figures of docs/decisions/0004-language-votes.md.

    python benchmarks/language_panels.py [--rows N]

For each panel, in one run on the same texts (human translations of MGSM, NTREX, MSVAMP and MMATH):
texts called off-target though they are not, undetermined ones, English texts presented as each other
language that are called off-target, and texts a second of one core.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections import Counter, defaultdict
from collections.abc import Sequence

from human_translations import NTREX, Translations, shared_data, translations

from parallelize.core.identification import Identification, LanguageIdentifier
from parallelize.identifiers.fasttext_lid import FastTextIdentifier
from parallelize.identifiers.first_guesses import LangdetectLabels
from parallelize.identifiers.labels import fold, one_line
from parallelize.identifiers.langid import LangidIdentifier
from parallelize.identifiers.lingua_id import LinguaIdentifier
from parallelize.metrics.language import CANDIDATES, MINIMUM_LETTERS, Status
from parallelize.stages.language import LanguageJudge
from parallelize.text.protect import readable_prose


class Langdetect:
    """The package langdetect as a voter: its first label among the candidates."""

    def __init__(self, languages: frozenset[str]) -> None:
        self._languages = frozenset(map(fold, languages))
        self._labels = LangdetectLabels()
        self._known = frozenset(map(fold, self._labels._load().langlist))

    @property
    def signature(self) -> str:
        return self._labels.signature

    def supports(self, language: str) -> bool:
        return fold(language) in self._languages & self._known

    def identify(self, texts: Sequence[str]) -> list[Identification | None]:
        return [self._one(one_line(text)) for text in texts]

    def _one(self, line: str) -> Identification | None:
        found = [label for label in map(fold, self._labels.labels(line)) if label in self._languages]
        return Identification(found[0], 0.9) if found else None


def panels() -> dict[str, Sequence[LanguageIdentifier]]:
    """Independent identifiers in the order in which they are asked."""
    languages = frozenset(CANDIDATES) | set(NTREX.values())
    fasttext = FastTextIdentifier(languages=languages)
    langid = LangidIdentifier(languages=languages)
    lingua = LinguaIdentifier(languages=languages)
    quick = LinguaIdentifier(languages=languages, low_accuracy=True)
    langdetect = Langdetect(languages)
    return {
        "fastText, py3langid, lingua of trigrams": (fasttext, langid, quick),
        "fastText, py3langid, lingua": (fasttext, langid, lingua),
        "fastText, py3langid, lingua of trigrams, langdetect": (fasttext, langid, quick, langdetect),
        "fastText, py3langid, langdetect, lingua of trigrams": (fasttext, langid, langdetect, quick),
        "fastText, py3langid, langdetect": (fasttext, langid, langdetect),
    }


def measure(
    judge: LanguageJudge, human: Sequence[Translations], english: Sequence[str]
) -> tuple[float, float, float, float]:
    """Macro shares: human text off-target, human text undetermined, English flagged; texts a second."""
    counts: dict[str, Counter[Status]] = defaultdict(Counter)
    for item in human:  # models are loaded before the clock runs
        judge.judge([readable_prose(text) for _, text in item.pairs[:20]], item.language)
    texts = 0
    seconds = -time.process_time()
    for item in human:
        prose = [readable_prose(text) for _, text in item.pairs]
        counts[item.language].update(vote.status for vote in judge.judge(prose, item.language))
        texts += len(prose)
    seconds += time.process_time()
    flagged = [
        sum(vote.status is Status.OFF for vote in judge.judge(english, code)) / len(english)
        for code in CANDIDATES
        if code != "en"
    ]

    for code, count in sorted(counts.items()):
        if count[Status.OFF] or count[Status.UNDETERMINED] > 0.01 * count.total():
            print(
                f"    {code}: off-target {count[Status.OFF]}, "
                f"undetermined {count[Status.UNDETERMINED]} of {count.total()}"
            )

    def macro(status: Status) -> float:
        return sum(count[status] / count.total() for count in counts.values()) / len(counts)

    return macro(Status.OFF), macro(Status.UNDETERMINED), sum(flagged) / len(flagged), texts / seconds


def main() -> None:
    """Print a line for each panel."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, help="rows of each set (default: all)")
    arguments = parser.parse_args()
    human = [
        Translations(name=item.name, language=item.language, pairs=item.pairs[: arguments.rows])
        for item in translations(shared_data())
    ]
    prose = dict.fromkeys(readable_prose(source) for item in human for source, _ in item.pairs)
    english = [text for text in prose if sum(map(str.isalpha, text)) >= MINIMUM_LETTERS]
    print(f"Python {platform.python_version()}, {platform.machine()}; {len(english)} English texts")
    for name, identifiers in panels().items():
        judge = LanguageJudge(identifiers)
        off, unsure, flagged, rate = measure(judge, human, english)
        print(
            f"{name:52} off-target {100 * off:.3f} %  undetermined {100 * unsure:.2f} %  "
            f"English flagged {100 * flagged:.2f} %  {rate:,.0f} texts/s"
        )
        print(f"    {judge.signature}")


if __name__ == "__main__":
    main()
