"""What the tests of scoring responses share: a judge, texts, and the folder of real data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from parallelize.assemble.judges import language_judge
from parallelize.stages.language import LanguageJudge

GERMAN = (
    "Zuerst rechnen wir aus, wie viele Äpfel übrig bleiben, und dann teilen wir sie unter den Kindern auf."
)
ENGLISH = "First we work out how many apples are left over, and then we share them among all of the children."
THAI = "ก่อนอื่นเราคำนวณว่ามีแอปเปิลเหลืออยู่กี่ผล แล้วแบ่งให้เด็กทุกคนเท่า ๆ กัน"
CHINESE = "首先我们计算还剩下多少个苹果，然后把它们平均分给所有的孩子。"


@pytest.fixture(scope="session")
def judge() -> LanguageJudge:
    return language_judge()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets, outside the repository."""
    given = os.environ.get("PARALLELIZE_SHARED_DATA")
    places = [Path(given)] if given else [parent / "shared" / "data" for parent in Path(__file__).parents]
    for place in places:
        if (place / "lcb").is_dir():
            return place
    pytest.skip("no real data sets here: set PARALLELIZE_SHARED_DATA")
