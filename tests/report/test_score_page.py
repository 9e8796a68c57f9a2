"""The page of a score: all of many models, samples by what was found, settings, hostile text as text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from parallelize.cli.score import command
from tests.runs import write_jsonl

TEXTS = {
    "de": ("Anna hat drei Birnen und kauft noch zwei dazu, also sind es {}.", "de"),
    "en": ("Anna has three pears and she buys two more of them, so there are {}.", "en"),
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("score")
    rows = [
        {
            "id": f"{item}</script>",
            "language": "de",
            "model": f"model-{model:02}",
            "response": TEXTS["de" if item % 3 else "en"][0].format(5 if item % 2 else 7),
            "gold": "5",
            "tokens": 20 + item,
            "finish_reason": "length" if item == 5 else "stop",
        }
        for model in range(13)
        for item in range(6)
    ]
    path = write_jsonl(folder / "r.jsonl", rows)
    out = folder / "r.html"
    result = CliRunner().invoke(command, [str(path), "--html", str(out), "--workers", "1", "--json"])
    assert result.exit_code == 0, result.output
    price = json.loads(result.stdout)["models"]["model-03"]["languages"]["de"]["price"]
    assert price["tokens_mean"] == pytest.approx(22.5)
    return out.read_text(encoding="utf-8")


def test_thirteen_models_are_all_there(page: str) -> None:
    assert "<svg" not in page  # bars of thirteen models cannot be read; there are heat maps
    maps = page[page.index("Models side by side") : page.index('id="model-1"')]
    for model in range(13):
        assert maps.count(f">model-{model:02}<") >= 3
    assert "heat" in maps
    assert "de German" in maps


def test_samples_say_what_they_are_filtered_by(page: str) -> None:
    samples = re.findall(r'<details data-model="([^"]*)" data-language="de" data-status="([^"]*)" '
                         r'data-correct="([^"]*)">', page)  # fmt: skip
    assert {model for model, _, _ in samples} == {f"model-{model:02}" for model in range(13)}
    assert {(status, correct) for _, status, correct in samples} >= {("on", "right"), ("off", "wrong")}
    for name in ("model", "language", "status", "correct"):
        assert f'<select name="{name}">' in page
    assert "0&lt;/script&gt;" in page
    assert page.count("</script>") == 1


def test_settings_and_price_are_on_the_page(page: str) -> None:
    assert "Settings" in page
    assert "thinking that never closed" in page
    assert "price of a language" in page


def test_two_models_have_bars(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "language": "de", "model": name, "response": TEXTS["de"][0].format(5), "gold": "5"}
        for name in "ab"
    ]
    out = tmp_path / "r.html"
    arguments = [str(write_jsonl(tmp_path / "r.jsonl", rows)), "--html", str(out), "--workers", "1"]
    result = CliRunner().invoke(command, arguments)
    assert "## Models side by side" in result.stdout
    page = out.read_text(encoding="utf-8")
    assert page.count("<svg") >= 2
    for name in "ab":
        right = "100.0 % are correct and in the language that was asked for"
        assert f"{name}: 100.0 % of its answers are correct, {right}" in page
