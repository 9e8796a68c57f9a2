"""What the tests of scoring share: identifiers, and one problem in every language with a floor."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from parallelize.identifiers.panel import default_panel
from parallelize.stages.language import LanguageJudge
from parallelize.stages.score import Scorer

_FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.fixture(scope="session")
def apples() -> dict[str, str]:
    return json.loads((_FIXTURES / "apples.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def language_judge() -> LanguageJudge:
    return LanguageJudge(default_panel())


@pytest.fixture(scope="session")
def scorer() -> Scorer:
    return Scorer(default_panel(), exact_spans=False)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets, outside the repository."""
    given = os.environ.get("PARALLELIZE_SHARED_DATA")
    places = [Path(given)] if given else [parent / "shared" / "data" for parent in Path(__file__).parents]
    for place in places:
        if (place / "mgsm").is_dir():
            return place
    pytest.skip("no real data sets here: set PARALLELIZE_SHARED_DATA")
