"""Our campaigns in Pearmut itself: added, shown and filled in by a real browser, and read back.

Runs where `PEARMUT` names its program; `make test-pearmut` installs version 1.1.6 into a place of its own.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parallelize.cli.main import cli
from parallelize.core.language_pair import LanguagePair
from parallelize.report.campaign import campaign
from parallelize.report.marks import suspect_spans
from tests.report.hostile import hostile_run
from tests.runs import rows, run_build, translated_row, write_jsonl

PEARMUT = os.environ.get("PEARMUT", "")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
playwright = pytest.importorskip("playwright.sync_api", reason="the browser extra is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PEARMUT, reason="PEARMUT names no program: make test-pearmut"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
]


def call(*words: object) -> None:
    cli.main([*map(str, words)], standalone_mode=False)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An ordinary run with planted faults, and one of hostile texts."""
    folder = tmp_path_factory.mktemp("pearmut")
    source = write_jsonl(folder / "rows.jsonl", rows(40))
    run_build(source, folder / "run", "de", engine={"fault_rate": 0.6}, corpus={"name": "acme/apples: 1"})
    (folder / "hostile").mkdir()
    return {"run": folder / "run", "hostile": hostile_run(folder / "hostile")}


@pytest.fixture(scope="module")
def browser(runs: dict[str, Path]) -> Iterator[Any]:
    del runs  # made first: a build runs an event loop, and so does the browser's driver
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def added(campaigns: list[Path], folder: Path, port: int) -> list[str]:
    """The addresses at which readers annotate."""
    done = subprocess.run(
        [PEARMUT, "add", *campaigns, "--url", f"http://localhost:{port}"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Warning" not in done.stdout
    return re.findall(r"http://\S+/annotate\?\S+", done.stdout)


def annotated(campaigns: list[Path], folder: Path, browser: Any) -> int:
    """Fill in every document of every reader; returns how many suspected spans were shown."""
    port = free_port()
    addresses = added(campaigns, folder, port)
    assert len(addresses) == sum(len(json.loads(path.read_text())["data"]) for path in campaigns)
    server = subprocess.Popen(
        [PEARMUT, "run", "--port", str(port)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        waited(port)
        return sum(read_all(browser.new_page(), address) for address in addresses)
    finally:
        server.terminate()
        server.wait()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", ["run", "hostile"])
def test_a_campaign_is_annotated_and_comes_back(
    runs: dict[str, Path], tmp_path: Path, browser: Any, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = runs[name]
    call("review", run, "--rows", "8", "--readers", "2", "--out", tmp_path / "review")
    campaigns = sorted((tmp_path / "review").glob("pearmut-*.json"))
    annotated(campaigns, tmp_path, browser)
    annotations = sorted((tmp_path / "data" / "annotations").glob("*.jsonl"))
    assert len(annotations) == len(campaigns)
    capsys.readouterr()
    call("review", run, *(word for path in annotations for word in ("--import", path)), "--json")
    said = json.loads(capsys.readouterr().out)
    documents = sum(path.read_text().count("\n") for path in annotations)
    assert said["marks"] == documents == 8
    assert said["unknown"] == 0


def test_suspected_spans_are_marked_where_they_stand(tmp_path: Path, browser: Any) -> None:
    """On the first line, after line breaks, behind what takes two units, in a script from right to left."""
    targets = [
        ("de", "Er zahlt 12 Euro und 99 Cent."),
        ("de", "Er zahlt 12 Euro.\nDann\n\nnoch 99 Cent und $x^2$.\nEnde"),
        ("de", "\U0001f600 Er zahlt\n12 Euro und 99 Cent."),
        ("de", "<img src=x onerror=alert(1)>\nEr zahlt 12 Euro und 99 Cent."),
        ("ar", "يدفع 12 يورو\nو 99 سنتا."),
    ]
    for code in ("de", "ar"):
        rows = [
            (f"{place:016x}", translated_row(target))
            for place, (language, target) in enumerate(targets)
            if language == code
        ]
        made = campaign("spans", LanguagePair("en", code), rows)
        (tmp_path / f"{code}.json").write_text(json.dumps(made), encoding="utf-8")
    found = annotated([tmp_path / "de.json", tmp_path / "ar.json"], tmp_path, browser)
    assert found >= len(targets)


def waited(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("Pearmut did not start")


TAKEN_APART = re.compile(r"[<>\r\u2028\u2029\U00010000-\U0010ffff]")
"""What the server shows otherwise than as one sign: tags, other line breaks, halves of a pair."""
CODES = {"German": "de", "Arabic": "ar", "Japanese": "ja"}
MARKED = """() => [...document.querySelectorAll(".output_tgt")].map(
    text => [...text.querySelectorAll(".error_unknown")].map(sign => sign.textContent).join(""))"""
ANNOTATE = """() => {
    document.querySelectorAll(".span_toolbox_parent .error_minor").forEach(button => button.click())
    for (const slider of document.querySelectorAll("input[type=range]")) {
        slider.value = "90"
        slider.dispatchEvent(new Event("change", {bubbles: true}))
    }
}"""


def read_all(page: Any, address: str) -> int:
    """Annotate every document as a reader does; returns how many suspected spans were shown."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(dialog.message))  # a text that runs as a script
    with page.expect_response("**/get-next-item") as answer:
        page.goto(address)
    found = 0
    while (said := answer.value.json())["status"] == "ok":
        page.wait_for_function(f"document.querySelectorAll('.output_tgt').length == {len(said['payload'])}")
        for item, marked in zip(said["payload"], page.evaluate(MARKED), strict=True):
            into = re.match(r"From English into (\w+)", said["info"]["instructions"])
            assert into is not None
            pair = LanguagePair("en", CODES[into[1]])
            target = item["tgt"]["parallelize"]
            wanted = [target[start:end] for start, end in suspect_spans(item["src"], target, pair)]
            assert marked == "".join(wanted).replace("\n", ""), item
            found += len(wanted)
        page.evaluate(ANNOTATE)
        with page.expect_response("**/get-next-item") as answer:
            page.click("#button_next:not(.button-disabled)")
    assert said["status"] == "goodbye"
    assert not errors
    return found
