"""`parallelize score`: nothing is skipped silently, thinking and answer are judged apart."""

from __future__ import annotations

import html
import json
import os
from pathlib import Path

import pytest

from parallelize.cli.main import main

GERMAN = (
    "Zuerst rechnen wir aus, wie viele Äpfel übrig bleiben, und dann teilen wir sie unter den Kindern auf."
)
ENGLISH = "First we work out how many apples are left over, and then we share them among all of the children."


def score(
    path: Path, rows: list[dict[str, object]], capsys: pytest.CaptureFixture[str], *more: str
) -> dict[str, object]:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(SystemExit) as caught:
        main(["score", str(path), "--json", *more])
    assert caught.value.code == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def verdicts(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_response_gets_a_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[dict[str, object]] = [
        {"id": "on", "language": "de", "response": GERMAN},
        {"id": "off", "language": "de", "response": ENGLISH},
        {"id": "empty", "language": "de", "response": ""},
        {"id": "little", "language": "de", "response": "42"},
        {"id": "cut", "language": "de", "response": GERMAN, "finish_reason": "length"},
        {"id": "apart", "language": "de", "response": f"<think>{GERMAN}</think>{ENGLISH}"},
    ]
    out = tmp_path / "rows.jsonl"
    summary = score(tmp_path / "r.jsonl", rows, capsys, "--rows", str(out), "--workers", "1")
    found = verdicts(out)
    assert [row["id"] for row in found] == [row["id"] for row in rows]
    text = json.dumps(found)
    for status in ("on", "off", "empty", "undetermined", "truncated"):
        assert f'"{status}"' in text, status
    assert "off_target_rate" in json.dumps(summary)


def test_accuracy_reads_the_last_box(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[dict[str, object]] = [
        {"id": "a", "language": "de", "response": GERMAN + r" Also \boxed{1.234,5}.", "gold": "1234.5"},
        {"id": "b", "language": "de", "response": GERMAN + r" Also \boxed{7}.", "gold": "8"},
    ]
    text = json.dumps(score(tmp_path / "r.jsonl", rows, capsys, "--workers", "1"))
    assert '"accuracy"' in text
    assert "0.5" in text


def run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as caught:
        main(["score", *arguments])
    out, err = capsys.readouterr()
    assert isinstance(caught.value.code, int)
    return caught.value.code, out, err


def test_the_json_holds_what_was_promised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[dict[str, object]] = [
        {"id": "a", "language": "de", "response": GERMAN + " 7", "gold": 7, "source": "s"},
        {"id": "b", "language": "de", "response": ENGLISH + " 7", "gold": 7, "source": "s"},
    ]
    words = tmp_path / "words"
    words.write_text("apples\n", encoding="utf-8")
    found = score(
        tmp_path / "r.jsonl", rows, capsys, "--model", "m", "--lines", "--metric", "lcb, mmath,polymath",
        "--lcb-words", str(words), "--workers", "1",
    )  # fmt: skip
    model = found["models"]["m"]  # type: ignore[index]
    assert {"languages", "micro", "macro"} <= model.keys()
    part = model["languages"]["de"]["parts"]["answer"]
    assert part["off_target_rate"] == 0.5
    assert part["off_target_interval"] == pytest.approx([0.0945, 0.9055], abs=1e-4)
    assert part["wrong_languages"] == {"en": 1}
    assert part["any_line_off"]["count"] == 1
    assert part["english_share"] > 0.4
    assert model["macro"]["accuracy"]["value"] == 1.0
    assert model["macro"]["strict_accuracy"]["value"] == 0.5
    assert found["metrics"]["lcb"]["line_pass_rate"] == 0.5  # type: ignore[index]
    assert found["metrics"]["lcb"]["word_pass_rate"] is None  # type: ignore[index]
    assert found["metrics"]["mmath"]["answer_consistency"] == 0.5  # type: ignore[index]
    assert found["metrics"]["polymath"]["answer_consistency"] == 0.5  # type: ignore[index]
    assert all("|" in detector for detector in found["detectors"])  # type: ignore[attr-defined]


def test_several_models_have_their_own_reference_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows: list[dict[str, object]] = [
        {"model": "a", "language": "de", "response": GERMAN},
        {"model": "b", "language": "de", "response": ENGLISH},
    ]
    found = score(tmp_path / "r.jsonl", rows, capsys, "--metric", "lcb", "--workers", "1")
    lcb = found["metrics"]["lcb"]  # type: ignore[index]
    assert (lcb["models"]["a"]["line_pass_rate"], lcb["models"]["b"]["line_pass_rate"]) == (1.0, 0.0)


def test_tables_for_people_and_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, page = tmp_path / "r.jsonl", tmp_path / "r.html"
    hostile = {
        "id": "<b>", "model": "<script>alert(1)</script>\x1b[31m", "language": "ar",
        "response": "</pre><script>alert(2)</script> \x1b]0;x\x07 هذا نص باللغة العربية عن التفاح والأطفال",
        "gold": "<img src=x onerror=alert(3)>",
    }  # fmt: skip
    path.write_text(json.dumps(hostile) + "\n", encoding="utf-8")
    code, out, err = run([str(path), "--html", str(page), "--workers", "1"], capsys)
    assert code == 0
    assert "\x1b" not in out
    assert f"wrote {page}" in err
    text = page.read_text(encoding="utf-8")
    assert "alert(2)" in text
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "default-src 'none'" in html.unescape(text)
    assert "\x1b" not in text


def test_thinking_tags_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[dict[str, object]] = [{"language": "de", "response": f"Q: x A: [T]{GERMAN}[/T]{ENGLISH}"}]
    tags = ["--think-open", "[T]", "--think-close", "[/T]", "--begin-after", "A:"]
    found = score(tmp_path / "r.jsonl", rows, capsys, *tags, "--metric", "mmath", "--workers", "1")
    parts = found["models"]["unnamed"]["micro"]["parts"]  # type: ignore[index]
    assert parts["thinking"]["counts"]["on"] == 1
    assert parts["answer"]["counts"]["off"] == 1
    assert found["metrics"]["mmath"]["thinking_consistency"] == 1.0  # type: ignore[index]
    assert found["metrics"]["mmath"]["answer_consistency"] == 0.0  # type: ignore[index]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["{file}", "--metric", "bleu"], 2, "unknown metric 'bleu'"),
        (["{file}", "--field", "gold"], 2, "not ROLE=COLUMN"),
        (["{file}", "--field", "antwort=x"], 1, "unknown role 'antwort'"),
        (["{file}", "--field", "gold=x"], 1, "no column 'x' for gold"),
        (["{file}", "--language", "klingon"], 1, "unknown language 'klingon'"),
        (["{file}", "--think-close", ""], 2, "a thinking tag is empty"),
        (["{file}", "--metric", "lcb", "--lcb-words", "none"], 1, "cannot read the word list"),
        (["{file}", "--metric", "lcb", "--fasttext-model", "none.bin"], 3, "none.bin"),
        (["{file}", "--workers", "0"], 2, "0 is not in the range"),
        (["none.jsonl"], 1, "none.jsonl does not exist"),
    ],
)
def test_wrong_inputs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(json.dumps({"language": "de", "response": GERMAN}) + "\n", encoding="utf-8")
    found, out, err = run([item.format(file=path) for item in arguments], capsys)
    assert message in err
    assert out == ""
    assert "Traceback" not in err
    assert found == code


@pytest.mark.shared_data
@pytest.mark.slow
def test_thinking_and_answer_of_a_model_told_to_think_in_bengali(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = shared_file("langforcing_s1/combined/bn.jsonl")
    code, out, _ = run(
        [
            str(path), "--field", "response=output", "--field", "gold=gold_answer", "--begin-after",
            "<|im_start|>assistant", "--think-open", "<|im_start|>think", "--think-close",
            "<|im_start|>answer", "--json", "--workers", "1",
        ],
        capsys,
    )  # fmt: skip
    assert code == 0
    parts = json.loads(out)["models"]["unnamed"]["micro"]["parts"]
    assert parts["thinking"]["off_target_rate"] <= 0.1
    assert parts["thinking"]["counts"]["degenerate"] == 2  # thinking that says one sentence over and over
    assert parts["answer"]["off_target_rate"] > 0.4
    assert parts["answer"]["counts"]["unfinished"] == 1


@pytest.mark.shared_data
@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "de", "sw", "th"])
def test_accuracy_agrees_with_the_flags_of_a_published_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    path, rows = shared_file(f"mcot_outputs/mcot_ft_mgsm_{language}.json"), tmp_path / "rows.jsonl"
    code, _, _ = run(
        [str(path), "--language", language, "--field", "gold=answer", "--rows", str(rows), "--no-spans"],
        capsys,
    )
    assert code == 0
    flags = [json.loads(line)["result"] for line in path.read_text(encoding="utf-8").splitlines()]
    found = [row["answer"]["correct"] for row in verdicts(rows)]  # type: ignore[index]
    assert sum(one == other for one, other in zip(found, flags, strict=True)) >= 249


def shared_file(name: str) -> Path:
    given = os.environ.get("PARALLELIZE_SHARED_DATA")
    places = [Path(given)] if given else [parent / "shared" / "data" for parent in Path(__file__).parents]
    for place in places:
        if (place / name).is_file():
            return place / name
    pytest.skip("no real data sets here: set PARALLELIZE_SHARED_DATA")
