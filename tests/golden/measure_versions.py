"""What each measure gives for the planted texts, as a digest beside the version that gave it.

    python -m tests.golden.measure_versions

writes the file anew; `tests/test_measure_versions.py` asks for another version with other scores.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from parallelize.assemble.scorers import default_scorer
from parallelize.core.language_pair import LanguagePair
from parallelize.core.measures import measure_versions
from tests.golden.planted import load

FILE = Path(__file__).with_name("measure_versions.json")


def found_now() -> dict[str, str]:
    """A digest of the values of each measure over all planted texts, in their order."""
    scorer = default_scorer()
    values: dict[str, list[str]] = {}
    for row in load():
        source, target = row["source"], row["reply"]
        scores = scorer.score_row(
            [("text", source, target)],
            languages=LanguagePair("en", row["target_language"]),
            back_translations={"text": [(source, f"{source[: len(source) // 2]} {target}")]},
        )
        for score in scores:
            shown = "none" if score.value is None else f"{score.value:.6g}"
            values.setdefault(score.measure, []).append(shown)
    return {name: hashlib.sha256(" ".join(found).encode()).hexdigest()[:16] for name, found in values.items()}


def main() -> None:
    versions = measure_versions()
    content = {name: {"version": versions[name], "scores": found} for name, found in found_now().items()}
    FILE.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
