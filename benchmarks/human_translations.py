"""Human translations of English that the benchmarks read from the shared data, outside the repository."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NTREX = {
    "arb": "ar",
    "ben": "bn",
    "deu": "de",
    "fra": "fr",
    "hau": "ha",
    "hin": "hi",
    "ind": "id",
    "ita": "it",
    "jpn": "ja",
    "kor": "ko",
    "por-BR": "pt",
    "rus": "ru",
    "spa": "es",
    "swa": "sw",
    "tam": "ta",
    "tel": "te",
    "tha": "th",
    "tur": "tr",
    "ukr": "uk",
    "vie": "vi",
    "yor": "yo",
    "zho-CN": "zh",
}
MSVAMP = {"Chinese": "zh", "Swahili": "sw", "Thai": "th"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Translations:
    """One data set in one language."""

    name: str
    language: str
    pairs: tuple[tuple[str, str], ...]
    """(English, translation)."""


def shared_data() -> Path:
    """The folder of real data: `PARALLELIZE_SHARED_DATA`, or `../shared/data` beside the checkout."""
    given = os.environ.get("PARALLELIZE_SHARED_DATA")
    if given:
        return Path(given)
    for parent in Path(__file__).resolve().parents:
        if (parent / "shared" / "data").is_dir():
            return parent / "shared" / "data"
    raise SystemExit("set PARALLELIZE_SHARED_DATA to the folder of real data sets")


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")


def _json_rows(path: Path) -> list[dict[str, str]]:
    text = path.read_text(encoding="utf-8")
    if text.lstrip().startswith("["):
        return list(json.loads(text))
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def translations(root: Path) -> Iterator[Translations]:
    """MGSM, NTREX, MSVAMP and MMATH in every language that is there."""
    english = [line.split("\t")[0] for line in _lines(root / "mgsm" / "mgsm_en.tsv")]
    for path in sorted((root / "mgsm").glob("mgsm_*.tsv")):
        code = path.stem.removeprefix("mgsm_")
        if code != "en":
            found = [line.split("\t")[0] for line in _lines(path)]
            yield Translations(name="mgsm", language=code, pairs=tuple(zip(english, found, strict=True)))
    english = _lines(root / "ntrex" / "newstest2019-src.eng.txt")
    for name, code in NTREX.items():
        path = root / "ntrex" / f"newstest2019-ref.{name}.txt"
        yield Translations(name="ntrex", language=code, pairs=tuple(zip(english, _lines(path), strict=True)))
    for name, code in MSVAMP.items():
        rows = _json_rows(root / "msvamp" / f"test_{name}.json")
        pairs = tuple((row["query"], row["m_query"]) for row in rows)
        yield Translations(name="msvamp", language=code, pairs=pairs)
    source = _json_rows(root / "mmath" / "en.json")
    for code in ("es", "ja", "th", "zh"):
        target = _json_rows(root / "mmath" / f"{code}.json")
        pairs = tuple((one["question"], other["question"]) for one, other in zip(source, target, strict=True))
        yield Translations(name="mmath", language=code, pairs=pairs)


def identification_sentences(root: Path) -> dict[str, list[str]]:
    """lingua's test sentences by language: labelled by machine, some labels are wrong."""
    found = {}
    for path in sorted((root / "lingua_lid" / "sentences").glob("*.txt")):
        found[path.stem] = [line for line in _lines(path) if line.strip()]
    return found
