"""Logs of other tools, as people have them: each form is told by its rows, and what is no text is refused."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from parallelize.assemble.response_files import read_response_files
from parallelize.cli.score import LOG_FORMS
from parallelize.core.errors import InputError
from parallelize.evaluation.response_forms import FORMS
from parallelize.evaluation.responses import Response, ResponseColumns

Rows = list[dict[str, Any]]


def jsonl(path: Path, rows: Rows) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def read(*places: Path | str, **constants: str) -> list[Response]:
    columns = ResponseColumns(constants=constants)
    return read_response_files([str(place) for place in places], columns).responses


def brief(found: list[Response]) -> list[tuple[str, str, str | None]]:
    return [(item.id, item.response, item.gold) for item in found]


def test_the_command_names_every_form() -> None:
    assert {"auto", *(form.name for form in FORMS)} == set(LOG_FORMS)


def test_lm_eval_reads_each_sample_once(tmp_path: Path) -> None:
    rows = [
        {
            "doc_id": doc, "doc": {"question": "¿?", "answer_number": 7 + doc}, "target": str(7 + doc),
            "arguments": [["¿?\n", {"until": ["\n"]}]], "resps": [["uno", "dos"]],
            "filtered_resps": ["7"], "filter": name,
        }
        for name in ("strict-match", "flexible-extract")
        for doc in range(2)
    ]  # fmt: skip
    folder = tmp_path / "org__model-7b"
    jsonl(folder / "samples_mgsm_native_cot_es_2026-02-03T04-05-06.789.jsonl", rows)
    (folder / "results_2026-02-03T04-05-06.789.json").write_text('{\n "results": {}\n}')
    found = read(tmp_path)
    assert brief(found) == [("0", "uno", "7"), ("0", "dos", "7"), ("1", "uno", "8"), ("1", "dos", "8")]
    assert {(item.language, item.model, item.source) for item in found} == {
        ("es", "org/model-7b", "mgsm_native_cot_es")
    }
    assert [item.sample for item in found] == ["0", "1", "0", "1"]
    assert found[0].prompt == "¿?\n"


def test_lm_eval_by_likelihood_has_no_text(tmp_path: Path) -> None:
    row = {"doc_id": 0, "doc": {}, "target": "1", "resps": [[["-1.5", "False"]], [["-0.5", "True"]]]}
    path = jsonl(tmp_path / "samples_xnli_de_2026-02-03T04-05-06.jsonl", [row])
    with pytest.raises(InputError, match=r"row 1.*likelihoods"):
        read(path)


def test_lighteval_new_and_old(tmp_path: Path) -> None:
    new = {
        "doc": {"query": "F?", "choices": ["A", "B", "C", "D"], "gold_index": [2], "id": "9",
                "task_name": "lighteval|global_mmlu:fr|0"},
        "model_response": {"text": ["C, car…", "B"], "reasonings": ["I think", None]},
    }  # fmt: skip
    pl.DataFrame([new]).write_parquet(tmp_path / "details_x_2026-01-01T00-00-00.parquet")
    found = read(tmp_path)
    assert brief(found) == [("9", "C, car…", "C"), ("9", "B", "C")]
    assert (found[0].thinking, found[0].language, found[0].choices) == ("I think", "fr", ("A", "B", "C", "D"))
    old = {
        "full_prompt": "F?", "example": "F?", "predictions": "['Il y en a 5.']", "choices": "['5']",
        "gold_index": "[0]", "gold": "['5']",
    }  # fmt: skip
    pl.DataFrame([old]).write_parquet(tmp_path / "old.parquet")
    assert brief(read(tmp_path / "old.parquet", language="fr")) == [("1", "Il y en a 5.", "5")]


def inspect_sample(number: int, *, language: str | None = None) -> dict[str, Any]:
    content = [
        {"type": "reasoning", "reasoning": "hmm"},
        {"type": "text", "text": f"Gli anni sono {number}."},
    ]
    message = {"role": "assistant", "content": content}
    return {
        "id": f"q{number}", "epoch": 1, "input": [{"role": "user", "content": "Quanti?"}],
        "target": [str(number)], "metadata": {"language": language} if language else {},
        "output": {"model": "m/x", "choices": [{"message": message, "stop_reason": "max_tokens"}]},
    }  # fmt: skip


def test_inspect_as_an_archive_and_as_json(tmp_path: Path) -> None:
    header = {"eval": {"task": "mgsm_it", "model": "m/x"}}
    samples = [inspect_sample(number) for number in (2, 10)]
    with zipfile.ZipFile(tmp_path / "log.eval", "w", zipfile.ZIP_DEFLATED) as archive:
        for sample in reversed(samples):
            archive.writestr(f"samples/{sample['id']}_epoch_1.json", json.dumps(sample))
        archive.writestr("header.json", json.dumps(header))
    document = json.dumps({**header, "samples": samples}, indent=2)
    (tmp_path / "log.json").write_text(document)
    (tmp_path / "log.json.gz").write_bytes(gzip.compress(document.encode()))
    for name in ("log.eval", "log.json", "log.json.gz"):
        first, second = read(tmp_path / name)
        assert (first.response, second.response) == ("Gli anni sono 2.", "Gli anni sono 10.")
        assert (first.thinking, first.gold, first.language, first.model) == ("hmm", "2", "it", "m/x")
        assert first.cut
        assert first.prompt == "Quanti?"
    (tmp_path / "log.json").write_text(
        json.dumps({**header, "samples": [inspect_sample(3, language="pt")]}, indent=1)
    )
    assert read(tmp_path / "log.json")[0].language == "pt"


def test_damaged_archives_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.eval").write_bytes(b"PK\x03\x04 no")
    with pytest.raises(InputError, match=r"a\.eval"):
        read(tmp_path / "a.eval")
    with zipfile.ZipFile(tmp_path / "b.eval", "w") as archive:
        archive.writestr("header.json", "{}")
    with pytest.raises(InputError, match="no samples"):
        read(tmp_path / "b.eval")


def test_batches_of_the_responses_api_and_of_completions(tmp_path: Path) -> None:
    output = [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]},
        {"type": "message", "content": [{"type": "output_text", "text": "Zeven."}]},
    ]
    bodies = {
        "a": {"output": output, "status": "completed"},
        "b": {"choices": [{"text": "Acht."}, {"text": "9"}]},
        "d": {"error": {"message": "no"}},
    }
    rows: Rows = [{"custom_id": name, "response": {"body": body}} for name, body in bodies.items()]
    rows.insert(2, {"custom_id": "c", "response": None, "error": {"code": "batch_expired"}})
    found = read(jsonl(tmp_path / "out.jsonl", rows), language="nl")
    assert [(item.id, item.response, item.thinking) for item in found] == [
        ("a", "Zeven.", "hm"), ("b", "Acht.", None), ("b", "9", None), ("c", "", None), ("d", "", None),
    ]  # fmt: skip
    assert [item.finish_reason for item in found] == ["completed", None, None, "error", "error"]


def test_replies_as_apis_send_them_with_columns_of_the_item_beside(tmp_path: Path) -> None:
    pieces = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Zeven."}]
    message = {"type": "message", "role": "assistant", "content": pieces, "stop_reason": "max_tokens"}
    parts = [{"text": "hm", "thought": True}, {"text": "Zeven."}]
    gemini = {"candidates": [{"content": {"parts": parts}, "finishReason": "MAX_TOKENS"}]}
    output = [{"type": "message", "content": [{"type": "output_text", "text": "Zeven."}]}]
    item = {"expected_answer": "7", "lang": "nl"}
    rows: Rows = [
        {**item, "custom_id": "a", "result": {"type": "succeeded", "message": message}},
        {**item, "key": "b", "response": gemini},
        {**item, "id": "c", "response": {"output": output}, "responses_create_params": {"input": "3 + 4?"}},
        {**item, "custom_id": "d", "result": {"type": "expired"}},
    ]
    found = read(jsonl(tmp_path / "out.jsonl", rows))
    assert brief(found) == [("a", "Zeven.", "7"), ("b", "Zeven.", "7"), ("c", "Zeven.", "7"), ("d", "", "7")]
    assert [item.thinking for item in found] == ["hm", "hm", None, None]
    assert [item.cut for item in found] == [True, True, False, False]
    assert found[2].prompt == "3 + 4?"


def test_rows_whose_texts_stand_inside_objects(tmp_path: Path) -> None:
    said = {
        "language": "nl",
        "response": "Zeven.",
        "choices": [{"label": "A", "text": "Zes."}, {"text": "Zeven."}],
    }
    nested = {"item": {"id": 3, "answer": "7"}, "output": {"text": "Zeven.", "logprob": -1}, "lang": "nl"}
    of_rewards = {
        "prompt": [{"role": "user", "content": "3 + 4?"}],
        "completion": [{"role": "assistant", "content": "Zeven."}],
    }
    verifiers = {**of_rewards, "answer": "7", "correct_answer": 1.0, "reward": 1.0, "lang": "nl"}
    by_number = {"0": {"origin_prompt": "3 + 4?", "prediction": "Zeven.", "gold": "7"}}
    (tmp_path / "mgsm_nl.json").write_text(json.dumps(by_number), encoding="utf-8")
    (tmp_path / "over_lines_nl.json").write_text(json.dumps(by_number, indent=1), encoding="utf-8")
    (plain,) = read(jsonl(tmp_path / "a.jsonl", [said]))
    assert (plain.response, plain.choices) == ("Zeven.", ("Zes.", "Zeven."))
    for name, rows in (("b.jsonl", [nested]), ("c.jsonl", [verifiers])):
        jsonl(tmp_path / name, rows)
    for name in ("b.jsonl", "c.jsonl", "mgsm_nl.json", "over_lines_nl.json"):
        (found,) = read(tmp_path / name)
        assert (found.response, found.gold, found.language) == ("Zeven.", "7", "nl"), name


def test_chats_of_several_shapes(tmp_path: Path) -> None:
    turns = [
        {"role": "system", "content": "…"},
        {"role": "user", "content": [{"type": "text", "text": "Kuinka monta?"}]},
        {"role": "assistant", "content": "Viisi.", "reasoning_content": "five"},
    ]
    shapes: Rows = [
        {"messages": turns},
        {"conversations": [{"from": "human", "value": "Kuinka monta?"}, {"from": "gpt", "value": "Viisi."}]},
        {"prompt": turns[:2], "completion": turns[2:]},
        {"question": "Kuinka monta?", "output": turns[2]},
        {"messages": [{**turns[1], "role": "Student"}, {**turns[2], "role": "tutor"}]},
    ]
    for number, row in enumerate(shapes):
        (found,) = read(jsonl(tmp_path / f"{number}.jsonl", [row]), language="fi")
        assert (found.response, found.prompt) == ("Viisi.", "Kuinka monta?")
        assert found.thinking == (None if "conversations" in row else "five")
    harmony = [
        *turns[:2],
        {"role": "assistant", "channel": "analysis", "content": "five"},
        {"role": "assistant", "channel": "final", "content": "Viisi."},
    ]
    for name, count, said in (("whole", 4, "Viisi."), ("cut", 3, "")):
        row = {"messages": harmony[:count], "gt": "5"}
        (found,) = read(jsonl(tmp_path / f"{name}.jsonl", [row]), language="fi")
        assert (found.response, found.thinking, found.gold) == (said, "five", "5")
    turns[2]["content"] = None
    (empty,) = read(jsonl(tmp_path / "none.jsonl", [{"messages": turns}]), language="fi")
    assert empty.response == ""


def test_lists_of_samples_and_paths_with_dots(tmp_path: Path) -> None:
    row = {
        "lang": "sv", "outputs": [{"text": "ett"}, {"text": "två"}], "finish_reasons": ["stop", "length"],
        "meta": {"key.with.dots": {"gold": 1.0}}, "a.b": "en fråga",
    }  # fmt: skip
    path = jsonl(tmp_path / "x.jsonl", [row])
    fields = {"gold": "meta.key.with.dots.gold", "prompt": "a.b"}
    with pytest.raises(InputError, match=r"no column 'meta\.key"):
        read_response_files([str(path)], ResponseColumns(fields=fields))
    row["meta"] = {"inner": [{"gold": 1.0}]}
    fields["gold"] = "meta.inner.0.gold"
    found = read_response_files([str(jsonl(path, [row]))], ResponseColumns(fields=fields)).responses
    assert brief(found) == [("1", "ett", "1"), ("1", "två", "1")]
    assert [(item.sample, item.cut, item.prompt) for item in found] == [
        ("0", False, "en fråga"), ("1", True, "en fråga"),
    ]  # fmt: skip
    paths = ResponseColumns(fields={"response": "outputs.text"})
    assert len(read_response_files([str(path)], paths).responses) == 2


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"language": "de", "response": {"a": [{"b": "x"}]}}, "response=COLUMN.a.0.b"),
        ({"language": "de", "response": [["x"]]}, "response=COLUMN.0"),
        ({"language": "de", "response": "x", "gold": {"value": 3}}, "gold=COLUMN.value"),
    ],
)
def test_what_is_no_text_is_refused_with_its_place(tmp_path: Path, row: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as caught:
        read(jsonl(tmp_path / "x.jsonl", [row]))
    assert "row 1" in caught.value.message
    assert words in (caught.value.remedy or "")


def test_several_files_folders_globs_and_languages_in_names(tmp_path: Path) -> None:
    for code in ("de", "fr"):
        jsonl(tmp_path / "by" / f"{code}.jsonl", [{"id": "1", "response": "…", "answer": "3"}])
    pattern = str(tmp_path / "by" / "{lang}.jsonl")
    assert [item.language for item in read(pattern)] == ["de", "fr"]
    named = read_response_files([str(tmp_path / "by" / "*.jsonl")])
    assert [item.language for item in named.responses] == ["de", "fr"]
    assert [note for note in named.notes if note.startswith("de.jsonl: no row says its language")]
    with pytest.raises(InputError, match="no column 'language'"):
        read(jsonl(tmp_path / "responses.jsonl", [{"response": "…"}]))
    assert len(read(tmp_path / "by", language="de")) == 2
    assert len(read(tmp_path / "by" / "de.jsonl", tmp_path / "by" / "fr.jsonl", language="de")) == 2
    with pytest.raises(InputError, match="no file matches"):
        read(str(tmp_path / "none" / "{lang}.jsonl"))


def test_files_of_two_models_without_names_are_told_apart(tmp_path: Path) -> None:
    row = {"id": "1", "language": "de", "response": "…", "gold": "3"}
    base, tuned = (jsonl(tmp_path / f"{name}.jsonl", [row]) for name in ("base", "tuned"))
    files = read_response_files([str(base), str(tuned)])
    assert [item.model for item in files.responses] == ["base", "tuned"]
    assert any("name" in note for note in files.notes)


def test_rows_in_an_unknown_language_are_left_out_and_counted(tmp_path: Path) -> None:
    rows: Rows = [{"language": tag, "response": "…"} for tag in ("de", "qzz", "qzz", "German", "Deutsch")]
    files = read_response_files([str(jsonl(tmp_path / "x.jsonl", rows))])
    assert [item.language for item in files.responses] == ["de", "de", "de"]
    assert any("qzz" in note and "2 rows" in note for note in files.notes)


def test_another_kind_of_row_in_a_log_is_named(tmp_path: Path) -> None:
    rows: Rows = [{"custom_id": str(number), "response": None, "error": {}} for number in range(300)]
    path = jsonl(tmp_path / "x.jsonl", [*rows, {"text": "x"}])
    with pytest.raises(InputError, match="row 301"):
        read(path, language="de")


SAID = ["dos y dos", "tres y tres"]
LISTED = [{"answer": "4", "model_output": SAID[0]}, {"answer": "6", "model_output": SAID[1]}]


@pytest.mark.parametrize(
    "document",
    [
        {"results": {"AIME": {"accuracy": 0.5, "examples": LISTED}}, "config": {"model": "hf"}},
        {"results": {"version": 3, "results": [{"prompt": {"label": "p"}, "vars": {"answer": r["answer"]},
         "response": {"output": r["model_output"]}} for r in LISTED]}},
        {"testCases": [{"name": "t", "actualOutput": r["model_output"], "expectedOutput": r["answer"]}
         for r in LISTED], "testPassed": 2},
        {"q1": {"problem": "¿?", **LISTED[0]}, "q2": {"problem": "¿?", **LISTED[1]}},
        {"columns": ["step", "completion", "solution"], "data": [[1, SAID[0], "4"], [1, SAID[1], "6"]]},
        {"response": dict(enumerate(SAID)), "gold": {0: "4", 1: "6"}},
        {"details": [{"pred": r["model_output"], "answer": r["answer"]} for r in LISTED], "accuracy": 1},
    ],
    ids=["evalchemy", "promptfoo", "deepeval", "by id", "wandb table", "pandas columns", "opencompass"],
)  # fmt: skip
@pytest.mark.parametrize("indent", [None, 1])
def test_rows_are_found_inside_one_document(tmp_path: Path, document: Any, indent: int | None) -> None:
    path = tmp_path / "results.json"
    path.write_text(json.dumps(document, indent=indent), encoding="utf-8")
    found = read(path, language="es")
    assert [(item.response, item.gold) for item in found] == [(SAID[0], "4"), (SAID[1], "6")]


def test_chats_of_simple_evals_and_answers_of_fastchat(tmp_path: Path) -> None:
    turns = [[{"role": "user", "content": "¿?"}, {"role": "assistant", "content": text}] for text in SAID]
    path = tmp_path / "mgsm.json"
    path.write_text(json.dumps({"score": 0.5, "convos": turns}), encoding="utf-8")
    assert [(item.response, item.prompt) for item in read(path, language="es")] == [
        (text, "¿?") for text in SAID
    ]
    arena = {"question_id": 81, "model_id": "m", "choices": [{"index": 0, "turns": SAID}]}
    found = read(jsonl(tmp_path / "m.jsonl", [arena]), language="es")
    assert [(item.id, item.response, item.model) for item in found] == [
        ("81-1", SAID[0], "m"), ("81-2", SAID[1], "m"),
    ]  # fmt: skip


def test_rewards_of_trainers_name_their_gold(tmp_path: Path) -> None:
    verl = {"input": "¿?", "output": SAID[0], "gts": "4", "score": 1.0, "step": 3}
    trl = {"step": 3, "prompt": "¿?", "completion": SAID[0], "solution": "4", "advantage": 0.1}
    several = {"question": "¿?", "answer": "4", "responses": [{"content": text} for text in SAID]}
    for row, texts in ((verl, SAID[:1]), (trl, SAID[:1]), (several, SAID)):
        found = read(jsonl(tmp_path / "rollouts.jsonl", [row]), language="es")
        assert [(item.response, item.gold) for item in found] == [(text, "4") for text in texts]
