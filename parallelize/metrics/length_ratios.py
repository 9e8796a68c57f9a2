"""Expected lengths of translations from English; made by `benchmarks/calibrate_lengths.py`.

From human translations of MGSM (CC-BY-SA-4.0), NTREX-128 (CC-BY-SA-4.0), MSVAMP (MIT) and MMATH.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["BASE_BOUND", "RATIOS", "SHORT_BOUND"]

BASE_BOUND = 0.338
SHORT_BOUND = 4.875
RATIOS: Mapping[str, float] = MappingProxyType(
    {
        "ar": 0.948,
        "bn": 1.0,
        "de": 1.15,
        "en": 1.0,
        "es": 1.097,
        "fr": 1.147,
        "ha": 1.151,
        "hi": 1.074,
        "id": 1.163,
        "it": 1.175,
        "ja": 0.438,
        "ko": 0.499,
        "pt": 1.058,
        "ru": 1.059,
        "sw": 1.097,
        "ta": 1.151,
        "te": 1.07,
        "th": 0.902,
        "tr": 1.045,
        "uk": 1.013,
        "vi": 1.076,
        "yo": 1.466,
        "zh": 0.336,
    }
)
"""Characters of a translation for each character of English."""
