"""Words of human translations that dictionaries do not know: the figures of docs/quality-figures.md.

    python benchmarks/words_of_people.py [--langs pt,es,de] [--words]

A language is measured (`unknown_words`) where no more than 1 % of the translations have such a word;
`parallelize/text/dictionary/languages.tsv` says so.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict

from human_translations import shared_data, translations

from parallelize.core.language_pair import LanguagePair
from parallelize.core.rates import Rate
from parallelize.core.tables import shipped_rows
from parallelize.metrics.pair import Pair
from parallelize.metrics.unknown_words import words_unknown_to
from parallelize.text import dictionary
from parallelize.text.dictionary import tried_dictionary


def main() -> None:
    """Print a row of a table for each set and language, and the time that each dictionary takes to read."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--langs", help="codes with commas between (default: all of the table)")
    parser.add_argument("--words", action="store_true", help="also print the words, most frequent first")
    arguments = parser.parse_args()
    measured = {code: cells[2] for code, cells in shipped_rows(dictionary.__name__, "languages.tsv").items()}
    asked = arguments.langs.split(",") if arguments.langs else list(measured)
    known = {code: tried_dictionary(code) for code in asked}
    by_language: dict[str, Rate] = defaultdict(lambda: Rate(count=0, total=0))
    print("| set | language | rows | with an unknown word | % |\n|---|---|--:|--:|--:|")
    for item in translations(shared_data()):
        if item.language not in known:
            continue
        languages = LanguagePair("en", item.language)
        found = [words_unknown_to(known[item.language], Pair.of(*pair, languages)) for pair in item.pairs]
        rate = Rate(count=sum(map(bool, found)), total=len(found))
        by_language[item.language] += rate
        _show(item.name, item.language, rate)
        if arguments.words:
            counts = Counter(word for words in found for word in words)
            print("  ", ", ".join(f"{word} {count}" for word, count in counts.most_common(60)))
    for code, rate in by_language.items():
        _show("all", code, rate)
    for code in known:
        started = time.process_time()
        tried_dictionary(code).unknown(["zzzz"])
        print(f"{code}: measured {measured[code]}, read in {time.process_time() - started:.1f} s")


def _show(name: str, code: str, rate: Rate) -> None:
    print(f"| {name} | {code} | {rate.total} | {rate.count} | {100 * (rate.value or 0.0):.1f} |", flush=True)


if __name__ == "__main__":
    main()
