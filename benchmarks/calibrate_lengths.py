"""Make `parallelize/metrics/length_ratios.py` from human translations: run it and keep its output.

    python benchmarks/calibrate_lengths.py > parallelize/metrics/length_ratios.py

The ratio of a language is the geometric mean, over data sets, of the set's median ratio of characters
of prose to the English. The bound `BASE_BOUND + SHORT_BOUND / sqrt(n)` is the tightest of its family
(on a grid) that keeps 99.7 % of all translations, 99.5 % in every language, and is then widened by
three tenths for texts that were not seen.
"""

from __future__ import annotations

import math
import statistics
import sys
from collections import defaultdict

from human_translations import shared_data, translations

from parallelize.metrics.lengths import MINIMUM_CHARACTERS
from parallelize.text.protect import readable_prose

_HEADER = '''"""Expected lengths of translations from English; made by `benchmarks/calibrate_lengths.py`.

From human translations of MGSM (CC-BY-SA-4.0), NTREX-128 (CC-BY-SA-4.0), MSVAMP (MIT) and MMATH.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["BASE_BOUND", "RATIOS", "SHORT_BOUND"]
'''
_WIDER = 1.3
_ALL, _EACH = 0.997, 0.995


def main() -> None:
    """Print the module to stdout and what was found to stderr."""
    sizes: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(dict)
    for item in translations(shared_data()):
        pairs = []
        for source, target in item.pairs:
            lengths = [len(" ".join(readable_prose(text).split())) for text in (source, target)]
            if lengths[0] >= MINIMUM_CHARACTERS and lengths[1]:
                pairs.append((lengths[0], lengths[1]))
        sizes[item.language][item.name] = pairs
    ratios = {"en": 1.0}
    distances: dict[str, list[tuple[int, float]]] = {}
    for code, sets in sorted(sizes.items()):
        logs = {name: statistics.median(math.log(b / a) for a, b in pairs) for name, pairs in sets.items()}
        ratios[code] = round(math.exp(statistics.fmean(logs.values())), 3)
        distances[code] = [
            (a, abs(math.log(b / a / ratios[code]))) for pairs in sets.values() for a, b in pairs
        ]
        shown = {name: round(math.exp(value), 3) for name, value in logs.items()}
        print(code, ratios[code], shown, file=sys.stderr)
    base, short = _tightest(distances)
    print(_HEADER)
    print(f"BASE_BOUND = {base}\nSHORT_BOUND = {short}")
    print("RATIOS: Mapping[str, float] = MappingProxyType(\n    {")
    for code, ratio in sorted(ratios.items()):
        print(f'        "{code}": {ratio},')
    print('    }\n)\n"""Characters of a translation for each character of English."""')


def _tightest(distances: dict[str, list[tuple[int, float]]]) -> tuple[float, float]:
    best = None
    for short in [step / 4 for step in range(33)]:
        for base in [step / 50 for step in range(5, 51)]:
            if _keeps(distances, base, short):
                # Judge tightness where most rows are: problems of 60 to 400 characters.
                cost = sum(base + short / math.sqrt(n) for n in (60, 120, 240, 400))
                if best is None or cost < best[0]:
                    best = (cost, base, short)
                break
    if best is None:
        raise SystemExit("no bound of the family keeps these translations")
    return round(best[1] * _WIDER, 3), round(best[2] * _WIDER, 3)


def _keeps(distances: dict[str, list[tuple[int, float]]], base: float, short: float) -> bool:
    kept = total = 0
    for rows in distances.values():
        inside = sum(distance <= base + short / math.sqrt(n) for n, distance in rows)
        if inside < _EACH * len(rows):
            return False
        kept, total = kept + inside, total + len(rows)
    return kept >= _ALL * total


if __name__ == "__main__":
    main()
