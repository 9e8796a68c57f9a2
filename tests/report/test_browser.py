"""The pages in a real browser: quiet, alone, accessible, usable with keys, deaf to what is in the data."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from parallelize.cli.main import main
from parallelize.report.page import script_json
from tests.report.hostile import HOSTILE, hostile_run
from tests.runs import rows, run_build, write_jsonl

WITHOUT = "the browser extra is not installed: pip install -c constraints.txt -e '.[browser]'"
playwright = pytest.importorskip("playwright.sync_api", reason=WITHOUT)
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=WITHOUT)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
]
PAGES = ("run", "hostile", "score", "review", "plan", "study")
VIEWS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "narrow": {"viewport": {"width": 360, "height": 740}, "color_scheme": "light"},
    "night": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}


@pytest.fixture(scope="module")
def browser(pages: dict[str, Path]) -> Iterator[Any]:
    del pages  # made first: a build runs an event loop, and so does the browser's driver
    with playwright.sync_playwright() as driver:
        # Nothing but our own files is opened; a sandbox needs rights that containers do not give.
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    source = write_jsonl(folder / "rows.jsonl", rows(60))
    run_build(source, folder / "run", "de", "ar", engine={"fault_rate": 0.4})
    (folder / "hostile").mkdir()
    hostile = hostile_run(folder / "hostile")
    responses = write_jsonl(
        folder / "responses.jsonl",
        [
            {
                "id": text[:60],
                "language": "de",
                "model": text[:60],
                "response": f"Das ist ein Satz. {text}",
                "gold": "1",
            }
            for text in HOSTILE
        ],
    )
    with pytest.raises(SystemExit):
        main(["score", str(responses), "--html", str(folder / "score.html"), "--workers", "1", "--json"])
    study = hostile_study(folder)
    with pytest.raises(SystemExit):
        main(["study", str(study), "--out", str(folder / "study"), "--quiet", "--json"])
    with pytest.raises(SystemExit):
        main(["review", str(folder / "run"), "--rows", "12", "--out", str(folder / "review")])
    words = ["plan", "--source", str(source), "--langs", "de,ar", "--engine", "scripted", "--rows", "6"]
    with pytest.raises(SystemExit):
        main([*words, "--out", str(folder / "planned"), "--price-per-gpu-hour", "2", "--quiet"])
    return {
        "study": folder / "study/study.html",
        "plan": folder / "planned/plan.html",
        "review": folder / "review/review.html",
        "run": folder / "run/report.html",
        "hostile": hostile / "report.html",
        "score": folder / "score.html",
    }


def hostile_study(folder: Path) -> Path:
    """A study of two models, one with responses in it and names that are markup."""
    name = json.dumps(HOSTILE[0][:60])
    rows = [
        {"id": str(n), "language": code, "source": source, "response": text, "gold": "5", "tokens": 9}
        for source in ("x<b>", "y")
        for code, text in (
            ("en", "The answer is 5, as everybody can see."),
            ("de", "Die Antwort ist 5, wie man sieht."),
        )
        for n in range(6)
    ]
    write_jsonl(folder / "said.jsonl", rows)
    path = folder / "study.toml"
    path.write_text(
        f"""title = "<b>Study</b>"
[[models]]
name = "base"
responses = "said.jsonl"
[[models]]
name = {name}
base = "base"
paradigm = "sft"
trained_languages = ["en"]
responses = "said.jsonl"
""",
        encoding="utf-8",
    )
    return path


def taken_apart(path: Path) -> tuple[str, Any, str]:
    """What is before the data of a page, the data, and what is after it."""
    head, mark, rest = path.read_text(encoding="utf-8").partition('id="data">')
    data, end, tail = rest.partition("</script>")
    return head + mark, json.loads(data), end + tail


@contextmanager
def opened(browser: Any, path: Path, view: str = "light") -> Iterator[Any]:
    """A page that fails the test if it says, asks for or does anything that it should not."""
    heard: list[str] = []
    with browser.new_context(**VIEWS[view]) as context:
        page = context.new_page()
        page.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: heard.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (heard.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: heard.append(request.url))
        page.set_default_timeout(10_000)
        page.goto(path.as_uri())
        assert heard == [path.as_uri()]
        yield page
        assert heard == [path.as_uri()]
        assert page.evaluate("window.hit") is None
        assert page.evaluate("({}).hit") is None


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(browser: Any, pages: dict[str, Path], name: str, view: str) -> None:
    with opened(browser, pages[name], view) as page:
        page.evaluate("for (const item of document.querySelectorAll('details')) item.open = true")
        found = axe.Axe().run(page).response
        assert len(found["passes"]) > 15
        assert [
            (item["id"], item["impact"], [node["html"][:200] for node in item["nodes"][:3]])
            for item in found["violations"]
            if item["impact"] in {"serious", "critical"}
        ] == []


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", PAGES)
def test_only_parts_of_a_page_scroll_sideways(
    browser: Any, pages: dict[str, Path], name: str, view: str
) -> None:
    with opened(browser, pages[name], view) as page:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_every_hostile_sample_is_shown_as_text(browser: Any, pages: dict[str, Path]) -> None:
    _, data, _ = taken_apart(pages["hostile"])
    elements = "document.querySelectorAll('script, style, img, iframe, link, base').length"
    with opened(browser, pages["hostile"]) as page:
        assert page.evaluate(elements) == 3
        page.locator("#list [tabindex='0']").focus()
        seen: list[str] = []
        for row in data["rows"]:
            texts = [
                "".join(run if isinstance(run, str) else run[1] for run in text[side])
                for text in row["texts"]
                for side in ("source", "target", "back")
            ]
            assert page.locator("#sample .text").all_text_contents() == texts
            assert page.locator("#sample h3 bdi").text_content() == row["id"]
            seen += texts
            page.keyboard.press("ArrowDown")
        assert page.evaluate(elements) == 3
    assert sum(any(text in whole for whole in seen) for text in HOSTILE) >= 20


def test_every_hostile_text_can_be_shown(browser: Any, pages: dict[str, Path], tmp_path: Path) -> None:
    """All of them in one page: the samples of a run are some of its rows only."""
    head, value, tail = taken_apart(pages["hostile"])
    template = value["rows"][0]
    value["rows"] = [
        {
            **template,
            "id": text,
            "answer": text,
            "why": [text],
            "reasons": [text],
            "scores": [[name, 0.0, True, text, text] for name in ("back_chrf", "number_faults")],
            "texts": [
                {"path": text, "source": [text, ["pd", text]], "target": [["la", text]], "back": [text]}
            ],
        }
        for text in HOSTILE
    ]
    path = tmp_path / "all.html"
    path.write_text(f"{head}{script_json(value)}{tail}", encoding="utf-8")
    assert len(HOSTILE) >= 100
    with opened(browser, path) as page:
        page.locator("#list [tabindex='0']").focus()
        for text in HOSTILE:
            assert page.locator("#sample .text").nth(1).text_content() == text
            assert page.locator("#sample h3 bdi").text_content() == text
            page.keyboard.press("ArrowDown")
        page.locator("input[type=search]").fill(HOSTILE[0])
        assert page.locator("#list li:visible").count() == 1


def test_filters_and_keys(browser: Any, pages: dict[str, Path]) -> None:
    with opened(browser, pages["run"]) as page:
        total = page.locator("#list li:visible").count()
        page.select_option("[name=language]", "ar")
        arabic = page.locator("#list li:visible").count()
        assert 0 < arabic < total
        assert page.locator("#found").text_content() == f"{arabic} of {total} samples"
        assert page.locator("#sample .text").nth(1).get_attribute("dir") == "rtl"
        assert page.locator("#sample .text").nth(1).get_attribute("lang") == "ar"
        starts = page.locator("#list li:visible .start")
        first = "".join(page.locator("#sample .text").nth(1).text_content().split())
        assert first.startswith("".join(starts.first.text_content().split())[:30])
        page.select_option("[name=kind]", "kept")
        assert {item.get_attribute("dir") for item in starts.all()} == {"rtl"}
        assert set(page.locator("#list li:visible .small").all_text_contents()) == {"ar · kept"}
        page.select_option("[name=kind]", "dropped")
        assert not any("kept" in text for text in page.locator("#list li:visible .small").all_text_contents())
        page.select_option("[name=kind]", "")
        page.select_option("[name=measure]", "back_chrf")
        page.fill("[name=low]", "20")
        page.fill("[name=high]", "60")
        for item in page.locator("#list li:visible").all():
            item.click()
            page.evaluate("document.querySelector('#sample details').open = true")
            row = page.locator("#sample tr", has_text="back_chrf").first
            assert 20 <= float(row.locator("td").first.text_content() or "nan") <= 60
        page.click("button[type=reset]")
        playwright.expect(page.locator("#list li:not([hidden])")).to_have_count(total)
        page.fill("[name=text]", "no such text anywhere")
        assert page.locator("#found").text_content() == f"0 of {total} samples"
        page.fill("[name=text]", "")
        # One stop in the tab order; the arrows move it.
        page.locator("#list [tabindex='0']").focus()
        page.keyboard.press("Home")
        first = page.locator("#list [aria-selected=true]").get_attribute("id")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        assert page.locator("#list [aria-selected=true]").count() == 1
        assert page.locator("#list [tabindex='0']").count() == 1
        assert page.locator("#list [aria-selected=true]").get_attribute("id") != first
        assert page.evaluate("document.activeElement.getAttribute('aria-selected')") == "true"
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "sample"
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.role") == "option"


def test_the_score_page_filters_by_status_and_correctness(browser: Any, pages: dict[str, Path]) -> None:
    with opened(browser, pages["score"]) as page:
        total = page.locator("#samples > details").count()
        assert total > 5
        status = page.locator("#samples > details").first.get_attribute("data-status")
        page.select_option("[name=status]", status)
        left = page.locator("#samples > details:visible").count()
        assert 0 < left <= total
        assert page.locator("#found").text_content() == f"{left} of {total} samples"
        page.fill("[name=text]", "no such text anywhere")
        assert page.locator("#samples > details:visible").count() == 0
        page.click("button[type=reset]")
        playwright.expect(page.locator("#samples > details:visible")).to_have_count(total)


def test_the_first_tab_skips_to_the_samples(browser: Any, pages: dict[str, Path]) -> None:
    with opened(browser, pages["run"]) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == "language"


def test_it_prints_the_rows_that_are_listed(browser: Any, pages: dict[str, Path]) -> None:
    with opened(browser, pages["run"], "dark") as page:
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("#printed article:visible").count() == 20
        assert not page.locator("#filters").is_visible()
        # Paper is white, whatever the screen was.
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator("#printed article").count() == 0


def test_marks_go_out_as_a_file_and_come_back_as_verdicts(
    browser: Any, pages: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(browser, pages["review"]) as page:
        page.locator("#list [tabindex='0']").focus()
        first = page.locator("#list [aria-selected=true] bdi").text_content()
        page.keyboard.press("w")
        page.locator(".judge input").fill("says the opposite")
        page.locator("#list [tabindex='0']").focus()
        page.keyboard.press("ArrowDown")
        page.get_by_role("button", name="Right", exact=True).click()
        assert page.get_by_role("button", name="Right", exact=True).get_attribute("aria-pressed") == "true"
        page.locator("#list [tabindex='0']").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("w")
        page.keyboard.press("u")
        assert page.locator("#read").text_content() == "2 of 12 rows read, 1 wrong"
        page.fill("[name=reader]", "Ann")
        with page.expect_download() as saved:
            page.click("#save")
        saved.value.save_as(tmp_path / "marks.json")
        page.select_option("[name=order]", "unread")
        assert page.locator("#list li .said").all_text_contents()[-2:] == [" · wrong", " · right"]
    said = json.loads((tmp_path / "marks.json").read_text(encoding="utf-8"))
    assert [(mark["good"], mark["note"]) for mark in said["marks"]] == [
        (False, "says the opposite"),
        (True, ""),
    ]
    assert said["marks"][0]["id"] == first
    with opened(browser, pages["review"]) as page:
        page.set_input_files("#open", tmp_path / "marks.json")
        playwright.expect(page.locator("#read")).to_have_text("2 of 12 rows read, 1 wrong")
        assert page.input_value("[name=reader]") == "Ann"
    run = pages["run"].parent
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["review", str(run), "--import", str(tmp_path / "marks.json"), "--json"])
    assert ended.value.code == 0
    found = json.loads(capsys.readouterr().out)
    assert sum(item["read"] for item in found["languages"].values()) == 2
    assert sum(item["wrong"] for item in found["languages"].values()) == 1


def test_a_link_opens_its_row(browser: Any, pages: dict[str, Path]) -> None:
    _, data, _ = taken_apart(pages["review"])
    row = data["rows"][7]
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{pages['review'].as_uri()}#row={row['key']}")
        assert page.locator("#sample h3 bdi").text_content() == row["id"]
        assert page.locator("#sample h3 a").get_attribute("href") == f"#row={row['key']}"


def test_rows_can_be_ordered_by_a_measure(browser: Any, pages: dict[str, Path]) -> None:
    _, data, _ = taken_apart(pages["review"])
    value = {
        row["id"] + row["language"]: score[1]
        for row in data["rows"]
        for score in row["scores"]
        if score[0] == "back_chrf"
    }
    with opened(browser, pages["review"]) as page:
        page.select_option("[name=measure]", "back_chrf")
        for order, reverse in (("up", False), ("down", True)):
            page.select_option("[name=order]", order)
            items = page.locator("#list li:visible").all()
            seen = [
                value[
                    str(item.locator("bdi").text_content()) + str(item.locator(".small").text_content())[:2]
                ]
                for item in items
            ]
            assert len(seen) > 5
            assert seen == sorted(seen, reverse=reverse)
