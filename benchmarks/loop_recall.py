r"""Whether every decoder loop is found: loops of the shapes that decoders make, planted in real outputs.

    python benchmarks/loop_recall.py [--rows N] [--seed S] [--show K]

Real outputs are the responses of `mcot_outputs` (de, en, sw, th; judged without source) and the machine
translations of `longcot_mgsm` (ja, sw; with source) and `gsm8k_mt` (de, sw; with source). An output is cut
at a random point, and from there on a unit is said again and again until a limit, which cuts it anywhere, as
a decoder does that has run into a loop. Shapes:

    tokens    the last 1 to 60 tokens before the cut (words; characters where words are not spaced)
    token     one token, glued to itself, as in "aaaa"
    sentences the last sentences, one to three of them
    lines     the last sentence on a line of its own, with blank lines between
    steps     the last sentence with a counter before it that goes on: "1. …", "2. …"
    values    the last sentence, in which every number grows from one time to the next
    thinking  the last tokens, closed by `</think>` and the rest of the output

Found is what the audit drops as `repetition` with default thresholds, by shape and by characters of loop
(120 to 4,000) with three copies or more. "Few times" are steps and values that go on for fewer times than a
solution may (8 with a source, 25 without); they are no loops and are counted apart. The same outputs without
a loop are judged, too.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from random import Random

from audit_precision import published
from human_translations import shared_data

from parallelize.core.measures import MEASURES
from parallelize.core.rates import Rate
from parallelize.metrics.pair import Pair
from parallelize.metrics.repeated import repetition

_SIZES = (120, 250, 500, 1_000, 4_000)  # characters of a loop
_SENTENCE = re.compile(r"[^.!?。！？।\n]+(?:[.!?。！？।]+|\n|$)\s*")
_NUMBER = re.compile(r"\d+")
_SPACED_WORD = 25  # characters per space above which words are not spaced

Loop = Callable[[str, int, Random], str]


def _tokens(text: str) -> list[str]:
    """Words with the space after them, or characters."""
    words = re.findall(r"\S+\s*", text)
    return words if len(text) < _SPACED_WORD * len(words) else list(text)


def _again(unit: str, size: int) -> str:
    return (unit * (size // max(1, len(unit)) + 1))[:size] if unit.strip() else ""


def _last_tokens(text: str, size: int, rng: Random) -> str:
    unit = "".join(_tokens(text)[-rng.randint(1, 60) :])
    return _again(unit if unit[-1:].isspace() or unit[-1:] >= "\u0e00" else f"{unit} ", size)


def _token(text: str, size: int, rng: Random) -> str:
    return _again(rng.choice(_tokens(text)).strip(), size)


def _sentences(text: str) -> list[str]:
    return [item.strip() for item in _SENTENCE.findall(text) if any(map(str.isalpha, item))]


def _last_sentences(text: str, size: int, rng: Random) -> str:
    return _again(" ".join(_sentences(text)[-rng.randint(1, 3) :]) + " ", size)


def _lines(text: str, size: int, rng: Random) -> str:
    return _again(f"{_sentences(text)[-1]}{rng.choice((chr(10), chr(10) * 2))}", size)


def _steps(text: str, size: int, _: Random) -> str:
    sentence = _sentences(text)[-1]
    return "\n".join(f"{step}. {sentence}" for step in range(1, size // len(sentence) + 3))[:size]


def _values(text: str, size: int, rng: Random) -> str:
    numbered = [item for item in _sentences(text) if _NUMBER.search(item)]
    if not numbered:
        return ""
    sentence, step = numbered[-1], rng.randint(1, 9)
    return " ".join(_grown(sentence, step * turn) for turn in range(size // len(sentence) + 2))[:size]


def _grown(sentence: str, more: int) -> str:
    return _NUMBER.sub(lambda match: str(int(match.group()[:6]) + more), sentence)


SHAPES: dict[str, Loop] = {
    "tokens": _last_tokens,
    "token": _token,
    "sentences": _last_sentences,
    "lines": _lines,
    "steps": _steps,
    "values": _values,
    "thinking": _last_tokens,
}
_FEWEST_COPIES = 3  # what is said twice is no loop


def planted(text: str, shape: str, size: int, rng: Random) -> tuple[str, int] | None:
    """The text with a loop, and the copies that are whole; None where the text has nothing to repeat."""
    cut = rng.randint(len(text) // 3, len(text))
    before = text[:cut].rstrip()
    if not _sentences(before):
        return None
    loop = SHAPES[shape](before, size, rng)
    unit = _unit(loop)
    if not any(map(str.isalnum, loop)) or not unit:
        return None
    rest = f"\n</think>\n{text[cut:]}" if shape == "thinking" else ""
    return f"{before} {loop}{rest}", len(loop) // unit


def _unit(loop: str) -> int:
    """Characters after which a loop begins again, numbers aside; 0 where it never does."""
    plain = _NUMBER.sub("0", " ".join(loop.split()))
    again = next(
        (size for size in range(1, len(plain) // 2) if plain.startswith(plain[: len(plain) - size], size)), 0
    )
    copies = len(plain) / again if again else 0.0
    return round(len(loop) / copies) if copies else 0


def _looping(source: str | None, text: str) -> float:
    return repetition(Pair.of(source or "", text, ("", ""))).value or 0.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=40, help="outputs of each set and language")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=0, help="print that many missed loops of each shape")
    arguments = parser.parse_args()
    bound = MEASURES["repetition"].default or 0.0
    found: dict[tuple[str, int, bool], Rate] = defaultdict(lambda: Rate(count=0, total=0))
    clean = Rate(count=0, total=0)
    shown: Counter[str] = Counter()
    for item in published(shared_data()):
        rng = Random(f"{arguments.seed} {item.name} {item.language}")
        for row in rng.sample(item.rows, min(arguments.rows, len(item.rows))):
            _, source, text = row.texts[0]
            if len(text) < 100:
                continue
            clean += Rate(
                count=_looping(source, text) > bound,
                total=1,
            )
            for shape in SHAPES:
                for size in _SIZES:
                    made = planted(text, shape, size, rng)
                    if made is None or made[1] < _FEWEST_COPIES:
                        continue
                    few = shape in {"steps", "values"} and made[1] < (8 if source else 25)
                    seen = _looping(source, made[0]) > bound
                    found[shape, size, few] += Rate(count=seen, total=1)
                    if not seen and not few and shown[shape] < arguments.show:
                        shown[shape] += 1
                        print(
                            f"missed {shape} {size} {item.name} {item.language} {row.id}: {made[0][-300:]!r}"
                        )
    print(f"without a loop: {clean.count} of {clean.total} dropped as repetition\n")
    print(f"| shape | {' | '.join(f'{size} characters' for size in _SIZES)} | all |\n|{'---|' * 7}")
    for few in (False, True):
        for shape in SHAPES:
            rates = [found[shape, size, few] for size in _SIZES]
            if any(rate.total for rate in rates):
                name = f"{shape}, few times" if few else shape
                print(f"| {name} | {' | '.join(map(_cell, (*rates, _sum(rates))))} |")
    sizes = [_sum([found[shape, size, False] for shape in SHAPES]) for size in _SIZES]
    print(f"| all but these | {' | '.join(map(_cell, (*sizes, _sum(sizes))))} |")


def _sum(rates: list[Rate]) -> Rate:
    return sum(rates, Rate(count=0, total=0))


def _cell(rate: Rate) -> str:
    return "–" if rate.value is None else f"{rate.value:.3f} of {rate.total}"


if __name__ == "__main__":
    main()
