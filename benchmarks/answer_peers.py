"""Verdicts of lighteval and simple-evals on pairs of answers, for `answer_pairs.py`.

    python benchmarks/answer_peers.py < pairs.jsonl > verdicts.jsonl     # with the Python that has lighteval

lighteval is asked with its language-aware metric: letters for choices, LaTeX and expressions else.
simple-evals is its own functions, taken from a clone: the answer prefix of MGSM in 11 languages, the patterns
of choices of MMLU.
"""

from __future__ import annotations

import ast
import json
import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_WANTED = {
    "mgsm_eval.py": ("LANG_TO_ANSWER_PREFIX", "parse_answer", "score_mgsm"),
    "common.py": (
        *("MULTILINGUAL_ANSWER_PATTERN_TEMPLATE", "MULTILINGUAL_ANSWER_REGEXES"),
        *("normalize_response", "normalize_extracted_answer"),
    ),
}


_CODES = """
en:eng de:deu fr:fra es:spa pt:por it:ita nl:nld ru:rus uk:ukr pl:pol cs:ces ro:ron hu:hun tr:tur
ar:ara fa:fas he:heb hi:hin bn:ben te:tel ta:tam th:tha vi:vie id:ind ms:msa sw:swa ja:jpn ko:kor
zh:zho el:ell sv:swe da:dan fi:fin ur:urd mr:mar gu:guj kn:kan ml:mal pa:pan ca:cat hr:hrv sr:srp
bg:bul sk:slk sl:slv nb:nob no:nob eu:eus
"""
_THREE_LETTERS = dict(pair.split(":") for pair in _CODES.split())
"""Codes of two letters → those of lighteval."""


def simple_evals(folder: Path) -> Callable[[str, str, str, bool], bool]:
    """The rule of simple-evals: (language, gold, response, choice) → right, from the functions of a clone."""
    names: dict[str, Any] = {"re": re}
    for file, wanted in _WANTED.items():
        for node in ast.parse((folder / file).read_text(encoding="utf-8")).body:
            targets = [target.id for target in getattr(node, "targets", []) if isinstance(target, ast.Name)]
            if {getattr(node, "name", None), *targets} & set(wanted):
                exec(compile(ast.Module([node], []), file, "exec"), names)

    def right(language: str, gold: str, response: str, choice: bool) -> bool:
        if choice:
            text = names["normalize_response"](response)
            for answer in names["MULTILINGUAL_ANSWER_REGEXES"]:
                found = re.search(names["MULTILINGUAL_ANSWER_PATTERN_TEMPLATE"].format(answer), text)
                if found:
                    return names["normalize_extracted_answer"](found.group(1)) == gold
            return False
        prefix = names["LANG_TO_ANSWER_PREFIX"].get(language, "Answer")
        return bool(names["score_mgsm"](gold, names["parse_answer"](response, prefix)))

    return right


def lighteval_verdicts() -> None:
    """Read pairs from standard input, one JSON object a line, and write true or false for each."""
    from lighteval.metrics.dynamic_metrics import MultilingualExtractiveMatchMetric
    from lighteval.metrics.utils.extractive_match_utils import (
        ExprExtractionConfig,
        IndicesExtractionConfig,
        LatexExtractionConfig,
    )
    from lighteval.models.model_output import ModelResponse
    from lighteval.tasks.requests import Doc
    from lighteval.utils.language import Language

    logging.disable(logging.CRITICAL)
    by_code = {language.value: language for language in Language}
    for line in sys.stdin:
        pair = json.loads(line)
        language = by_code.get(_THREE_LETTERS.get(pair["language"], ""), Language.ENGLISH)
        values = [LatexExtractionConfig(), ExprExtractionConfig()]
        targets = (
            [IndicesExtractionConfig(prefix_for_extraction="NativeLetters")] if pair["choice"] else values
        )
        gold = pair["gold"] if pair["choice"] or "$" in pair["gold"] else f"${pair['gold']}$"
        try:
            metric = MultilingualExtractiveMatchMetric(
                language=language, gold_extraction_target=targets, pred_extraction_target=targets,
                timeout_seconds=2,
            )  # fmt: skip
            doc = Doc(query="", choices=["A", "B", "C", "D"] if pair["choice"] else [gold], gold_index=0)
            if pair["choice"]:
                doc.gold_index = "ABCD".find(pair["gold"])
            found = metric.compute(doc, ModelResponse(text=[pair["response"]]))
        except Exception:  # noqa: BLE001 - whatever it raises is no verdict
            found = 0.0
        print(json.dumps(bool(found)), flush=True)


if __name__ == "__main__":
    lighteval_verdicts()
