"""Learn how words usually come back from a translation: the table that `fault_risk` looks words up in.

    python benchmarks/came_back_words.py runs/one runs/two

Reads the texts of builds (source and what came back, sentence by sentence where both have as many) and
prints the lines of `parallelize/metrics/came_back_words.tsv`. For each stem of a source, the chance of each
stem that comes back is that of IBM Model 1 (Brown et al. 1993), in a few rounds of expectation
maximisation.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from parallelize.metrics.fault_risk import back_stems, source_stems
from parallelize.metrics.reading import Reading

ROUNDS = 4
LEAST = 0.1
"""Smaller chances are left out of the table."""
MOST = 20
"""What is counted of a stem."""
LONGEST = 90
"""Stems of a sentence; longer ones say little of their words."""
NOTHING = ""
"""Stands for no word of the source: where words come from that are in every sentence."""
Pair = tuple[tuple[str, ...], tuple[str, ...]]
Chances = Mapping[str, Mapping[str, float]]


def texts_of(runs: Iterable[Path]) -> Iterator[tuple[str, str, str]]:
    """Id, source and what came back of every text of some runs."""
    for run in runs:
        for path in sorted(run.glob("translations/*/*.parquet")):
            for row in pq.read_table(path, columns=["id", "texts"]).to_pylist():
                for text in row["texts"]:
                    if text["back"]:
                        yield row["id"], text["source"], text["back"]


def pairs_of(source: str, back: str) -> Iterator[Pair]:
    """Stems of each sentence and of what came back of it."""
    ours, theirs = (
        [reading.text[start:end] for start, end in reading.sentences]
        for reading in (Reading(source, "en"), Reading(back, "en"))
    )
    if len(ours) != len(theirs):
        ours, theirs = [source], [back]
    for one, other in zip(ours, theirs, strict=True):
        stems = tuple(source_stems(Reading(one, "en"))), tuple(sorted(back_stems(Reading(other, "en"))))
        if all(0 < len(side) <= LONGEST for side in stems):
            yield stems


def learnt(pairs: Sequence[Pair]) -> Chances:
    """The chance of each stem that comes back for a stem of the source."""
    chances: dict[str, dict[str, float]] = {}
    for _ in range(ROUNDS):
        expected: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for ours, theirs in pairs:
            for back in theirs:
                shares = [
                    (stem, chances.get(stem, {}).get(back, 1e-6) if chances else 1.0)
                    for stem in (*ours, NOTHING)
                ]
                total = sum(share for _, share in shares)
                for stem, share in shares:
                    expected[stem][back] += share / total
        chances = {}
        for stem, backs in expected.items():
            total = sum(backs.values())
            chances[stem] = {back: value / total for back, value in backs.items() if value / total > 1e-4}
    return chances


def seen(pairs: Iterable[Pair]) -> Counter[str]:
    """In how many sentences each stem of the source stands."""
    return Counter(stem for ours, _ in pairs for stem in set(ours))


def main() -> None:
    texts = dict.fromkeys((source, back) for _, source, back in texts_of(map(Path, sys.argv[1:])))
    pairs = list(dict.fromkeys(pair for source, back in texts for pair in pairs_of(source, back)))
    chances, times = learnt(pairs), seen(pairs)
    print(f"# Of {len(pairs):,} sentences.")
    for stem in sorted(times):
        usual = sorted(chances[stem].items(), key=lambda item: (-item[1], item[0]))
        shares = " ".join(f"{back}={share:.2f}" for back, share in usual if share >= LEAST)
        print(f"{stem}\t{min(MOST, times[stem])}\t{shares}")


if __name__ == "__main__":
    main()
