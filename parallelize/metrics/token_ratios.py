"""Tokens for each character; made by `benchmarks/calibrate_tokens.py`.

Lowest, mean and highest of the tokenizers of gemma3, qwen3, llama3_1, gptoss, on human translations (MGSM,
NTREX-128, MSVAMP, MMATH) and on the formulas of MATH-500.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["FORMULAS", "LANGUAGES", "SCRIPTS", "TOKENIZERS"]

TOKENIZERS = ("gemma3", "qwen3", "llama3_1", "gptoss")
FORMULAS = (0.543, 0.561, 0.577)
"""LaTeX and arithmetic."""
LANGUAGES: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {
        "ar": (0.312, 0.354, 0.382),
        "bn": (0.28, 0.724, 1.183),
        "de": (0.243, 0.27, 0.293),
        "en": (0.233, 0.237, 0.242),
        "es": (0.25, 0.27, 0.291),
        "fr": (0.251, 0.276, 0.296),
        "ha": (0.302, 0.355, 0.39),
        "hi": (0.276, 0.513, 0.924),
        "id": (0.215, 0.257, 0.292),
        "it": (0.24, 0.266, 0.286),
        "ja": (0.595, 0.698, 0.774),
        "ko": (0.583, 0.637, 0.721),
        "pt": (0.232, 0.258, 0.28),
        "ru": (0.292, 0.321, 0.369),
        "sw": (0.297, 0.353, 0.398),
        "ta": (0.264, 0.755, 1.325),
        "te": (0.363, 0.973, 1.691),
        "th": (0.371, 0.468, 0.584),
        "tr": (0.278, 0.294, 0.329),
        "uk": (0.341, 0.39, 0.515),
        "vi": (0.266, 0.277, 0.287),
        "yo": (0.501, 0.547, 0.593),
        "zh": (0.71, 0.75, 0.802),
    }
)
"""By language."""
SCRIPTS: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {
        "Arab": (0.312, 0.354, 0.382),
        "Beng": (0.28, 0.724, 1.183),
        "Cyrl": (0.292, 0.356, 0.515),
        "Deva": (0.276, 0.513, 0.924),
        "Hans": (0.71, 0.75, 0.802),
        "Jpan": (0.595, 0.698, 0.774),
        "Kore": (0.583, 0.637, 0.721),
        "Latn": (0.215, 0.305, 0.593),
        "Taml": (0.264, 0.755, 1.325),
        "Telu": (0.363, 0.973, 1.691),
        "Thai": (0.371, 0.468, 0.584),
    }
)
"""By script."""
