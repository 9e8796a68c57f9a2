"""Mixes and forms: nested, deterministic, of the size asked for, and loadable where they are meant to be."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import random
from importlib import resources
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.errors import InputError, StorageFault
from parallelize.core.languages import LANGUAGES
from parallelize.evaluation.instructions import instruction_for, instructions
from parallelize.metrics.scripts import script_letters, script_of_language
from parallelize.stages.decontaminate import Decontaminator
from parallelize.stages.export import IdOrder, Repeat, plan_mixes
from parallelize.stages.export_examples import example
from parallelize.stages.export_files import ExportOptions, export_corpus, ordered_languages
from parallelize.stages.export_formats import CONTRACTS
from parallelize.store.aligned import AlignedRow, open_aligned
from parallelize.store.corpus import file_facts
from parallelize.store.json_files import to_json
from parallelize.store.manifest import Manifest, ParallelEntry, SourceEntry, SourceRows, write_manifest
from parallelize.store.row_texts import row_texts

LANGS = ("en", "de", "fr", "ja")
ROLES = {
    **{name: name for name in ("problem", "solution", "system", "thinking")},
    "input": "context",
    "chosen": "solution",
    "rejected": "solution",
    "a": "choice",
    "b": "choice",
}
TURNS = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))


def write_corpus(
    folder: Path, rows: list[dict[str, Any]], texts: pa.DataType, langs: tuple[str, ...] = LANGS
) -> Path:
    """A finished corpus, as the store lays it out, with the aligned view in two shards."""
    place = pa.struct([(name, pa.string()) for name in ("path", "role", "speaker")])
    ours = pa.struct([("id", pa.string()), ("answer", pa.string()), ("texts", pa.list_(place))])
    schema = pa.schema([("id", pa.string()), *((code, texts) for code in langs), ("parallelize", ours)])
    rows = [
        {**row, "parallelize": {"id": row["id"], "answer": row["answer"], "texts": places(row, langs)}}
        for row in rows
    ]
    files: list[tuple[Path, int]] = []
    for number, part in enumerate((rows[: len(rows) // 2], rows[len(rows) // 2 :])):
        name = f"parallel/train-{number:05d}-of-00002.parquet"
        (folder / "corpus" / "parallel").mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(part, schema=schema), folder / "corpus" / name, row_group_size=7)
        files.append((folder / "corpus" / name, len(part)))
    facts = file_facts(folder / "corpus", files)
    counts = SourceRows(rows=len(rows), records=len(rows), rejected=0)
    view = ParallelEntry(align="union", languages=langs, rows=len(rows), files=tuple(facts))
    manifest = Manifest(
        name="orchard",
        created_with={"parallelize": "0"},
        recipe={},
        fingerprint="",
        license="cc-by-4.0",
        source=SourceEntry(source="orchard", kind="files", name="orchard", language="en"),
        languages={},
        parallel=view,
        rows=counts,
        files=facts,
    )
    write_manifest(folder / "corpus" / "manifest.json", manifest)
    return folder


def places(row: dict[str, Any], langs: tuple[str, ...]) -> list[dict[str, str]]:
    """Where the texts of a row are, as ingest finds them."""
    tree = next(row[code] for code in langs if row[code] is not None)
    found = [
        {"path": name, "role": ROLES.get(name, "other"), "speaker": ""} for name in tree if name != "messages"
    ]
    return found + [
        {"path": f"messages[{n}].content", "role": "message", "speaker": turn["role"]}
        for n, turn in enumerate(tree.get("messages") or [])
    ]


def plain_rows(count: int) -> list[dict[str, Any]]:
    """Every ninth row has no French, every tenth no answer."""
    return [
        {
            "id": f"q{n}",
            "answer": None if n % 10 == 9 else str(n),
            **{
                code: None
                if code == "fr" and n % 9 == 8
                else {"problem": f"{code} problem {n}?", "solution": f"<think>{code}</think>\\boxed{{{n}}}"}
                for code in LANGS
            },
        }
        for n in range(count)
    ]


PLAIN = pa.struct([("problem", pa.string()), ("solution", pa.string())])


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "run", plain_rows(90), PLAIN)


def written(folder: Path, form: str, size: int) -> list[dict[str, Any]]:
    """Read a file back with the real `datasets`."""
    from datasets import load_dataset

    kind = "parquet" if CONTRACTS[form].file_type == "parquet" else "json"
    path = folder / f"mix-{size}.{CONTRACTS[form].file_type}"
    cache = folder.parent / f"cache-{form}-{size}"
    return list(load_dataset(kind, data_files=str(path), split="train", cache_dir=str(cache)))


def export(run: Path, form: str, out: Path, **more: Any) -> dict[str, Any]:
    corpus = open_aligned(run)
    languages = more.pop("languages", None) or ordered_languages(corpus)
    options = ExportOptions(contract=CONTRACTS[form], languages=languages, **more)
    return dict(to_json(export_corpus(corpus, out, options)))


@given(
    st.integers(1, 60),
    st.integers(1, 5),
    st.sampled_from(Repeat),
)
def test_mixes_of_fixed_size(rows: int, count: int, repeat: Repeat) -> None:
    ids = range(70)
    languages = [f"l{n}" for n in range(count)]
    if rows < count:
        return
    mixes = plan_mixes(len(ids), languages, rows=rows, repeat=repeat)
    assert [mix.languages for mix in mixes] == [tuple(languages[: n + 1]) for n in range(count)]
    parts = [[mix.languages_of(place) for place in range(len(ids) + 1)] for mix in mixes]
    for mix, codes in zip(mixes, parts, strict=True):
        assert mix.ids == sum(map(bool, codes))
        shares = mix.rows_by_language()
        assert shares == {code: sum(code in found for found in codes) for code in mix.languages}
        assert mix.rows == rows == sum(shares.values())
        assert max(shares.values()) - min(shares.values()) <= 1
    for (_, fewer), (large, more) in itertools.pairwise(zip(mixes, parts, strict=True)):
        if repeat is Repeat.ONCE:
            new = (large.languages[-1],)
            assert all(after in (before, new) for before, after in zip(fewer, more, strict=True) if before)
        else:
            assert large.ids <= sum(map(bool, fewer))


@given(st.integers(0, 3), st.integers(0, 70), st.randoms(use_true_random=False))
def test_the_order_of_ids_does_not_depend_on_how_they_come(seed: int, taken: int, rng: random.Random) -> None:
    ids = [f"i{n}" for n in range(70)]
    expected = sorted(
        ids, key=lambda one: hashlib.blake2b(f"{seed}\0{one}".encode(), digest_size=16).digest()
    )
    some = expected[:taken]
    rng.shuffle(some)
    order = IdOrder(iter(some), seed=seed)
    assert len(order) == taken
    assert order.places(expected).tolist() == [*range(taken), *[-1] * (70 - taken)]


def test_rows_per_language_keep_the_ids_and_grow_with_languages() -> None:
    mixes = plan_mixes(3, ["en", "de", "fr"], rows_per_language=2)
    assert [mix.rows for mix in mixes] == [2, 4, 6]
    assert all(mix.ids == 2 and mix.languages_of(1) and not mix.languages_of(2) for mix in mixes)
    assert mixes[2].languages_of(1) == ("en", "de", "fr")
    assert [mix.size for mix in plan_mixes(1, ["en", "de"], nested=False)] == [2]


def test_too_few_ids_say_how_many_there_are(run: Path, tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"of 90 rows 10 lack a language, 8 lack what the format needs"
    ) as error:
        export(run, "verl", tmp_path / "out", rows_per_language=80)
    assert error.value.remedy is not None
    assert "at most 72" in error.value.remedy
    nothing = write_corpus(tmp_path / "empty", plain_rows(90)[9::10], PLAIN)
    with pytest.raises(InputError, match=r"no id can be used in all of en, de, fr, ja \(of 9 rows") as none:
        export(nothing, "verl", tmp_path / "out")
    assert "--answer COLUMN" in str(none.value.remedy)
    with pytest.raises(InputError, match="2 rows cannot hold 4 languages"):
        export(run, "verl", tmp_path / "out", rows=2)


def test_verl_columns(run: Path, tmp_path: Path) -> None:
    said = {code: f"({code})" for code in LANGS}
    manifest = export(run, "verl", tmp_path / "out", rows_per_language=20, instructions=said)
    rows = written(tmp_path / "out", "verl", 3)
    assert len(rows) == 60 == manifest["files"]["mix-3.parquet"]["rows"]
    row = rows[1]
    number = row["reward_model"]["ground_truth"]
    assert set(row) == {"data_source", "prompt", "ability", "reward_model", "extra_info"}
    assert row["data_source"] == "orchard/de"
    assert row["prompt"] == [{"role": "user", "content": f"de problem {number}?\n\n(de)"}]
    assert row["reward_model"]["style"] == "rule"
    assert row["extra_info"]["language"] == "de"
    assert row["extra_info"]["question"] == f"de problem {number}?"
    assert [item["extra_info"]["index"] for item in rows] == list(range(60))
    assert {item["extra_info"]["id"] for item in rows} == {
        item["extra_info"]["id"] for item in written(tmp_path / "out", "verl", 1)
    }


def test_trl_columns(run: Path, tmp_path: Path) -> None:
    export(run, "trl-sft", tmp_path / "sft", rows=30)
    row = written(tmp_path / "sft", "trl-sft", 1)[0]
    assert [turn["role"] for turn in row["prompt"] + row["completion"]] == ["user", "assistant"]
    assert row["completion"][0]["content"].startswith("<think>en")
    export(run, "trl-grpo", tmp_path / "grpo", rows=30)
    rows = written(tmp_path / "grpo", "trl-grpo", 4)
    assert set(rows[0]) == {"prompt", "ground_truth", "language", "id"}
    assert {item["language"] for item in rows} == set(LANGS)


def test_openrlhf_messages_and_alpaca_columns(run: Path, tmp_path: Path) -> None:
    export(run, "openrlhf", tmp_path / "o", rows=20)
    row = written(tmp_path / "o", "openrlhf", 2)[0]
    assert row["input"][0]["role"] == "user"
    assert row["output"][0]["role"] == "assistant"
    assert isinstance(row["label"], str)
    export(run, "messages", tmp_path / "m", rows=20)
    assert [turn["role"] for turn in written(tmp_path / "m", "messages", 2)[0]["messages"]] == [
        "user",
        "assistant",
    ]
    export(run, "alpaca", tmp_path / "a", rows=20)
    row = written(tmp_path / "a", "alpaca", 2)[0]
    assert row["input"] == ""
    assert "problem" in row["instruction"]
    assert row["output"].endswith("}")


def test_chats_keep_their_turns_and_what_cannot_be_held_is_counted(tmp_path: Path) -> None:
    chat = pa.struct([("messages", TURNS)])
    turns = [
        ("system", "Be kind."),
        ("user", "One?"),
        ("assistant", "1"),
        ("user", "Two?"),
        ("assistant", "2"),
    ]
    rows = [
        {
            "id": f"c{n}",
            "answer": None,
            "en": {"messages": [{"role": r, "content": c} for r, c in (turns if n % 2 else turns[3:])]},
        }
        for n in range(10)
    ]
    run = write_corpus(tmp_path / "run", rows, chat, ("en",))
    export(run, "trl-sft", tmp_path / "sft", instructions={"en": "In English."})
    long = max(written(tmp_path / "sft", "trl-sft", 1), key=lambda row: len(row["prompt"]))
    assert [turn["content"] for turn in long["prompt"]] == ["Be kind.", "One?", "1", "Two?\n\nIn English."]
    assert long["completion"] == [{"role": "assistant", "content": "2"}]
    counts = export(run, "alpaca", tmp_path / "a")["corpus_rows"]
    assert (counts["eligible"], counts["unusable"]) == (5, 5)


def one_row(tmp_path: Path, answer: str | None = None, **texts: Any) -> Path:
    """A corpus of one row in English."""
    kinds = pa.struct([(name, TURNS if name == "messages" else pa.string()) for name in texts])
    return write_corpus(tmp_path / "run", [{"id": "r", "answer": answer, "en": texts}], kinds, ("en",))


def test_system_context_thinking_and_choices_are_carried(tmp_path: Path) -> None:
    run = one_row(
        tmp_path,
        "1",
        system="Be kind.",
        problem="Which one?",
        input="Two birds sing.",
        a="an owl",
        b="a wren",
        thinking="Owls do not sing.",
        solution="It is the wren.",
        note="from a book",
    )
    manifest = export(run, "trl-sft", tmp_path / "sft")
    assert manifest["files"]["mix-1.parquet"]["left_out"] == {"note": 1}
    (row,) = written(tmp_path / "sft", "trl-sft", 1)
    assert row["prompt"] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "Two birds sing.\n\nWhich one?\n\nA. an owl\nB. a wren"},
    ]
    assert row["completion"][0]["content"] == "<think>\nOwls do not sing.\n</think>\n\nIt is the wren."
    assert row["answer"] == "B"
    export(run, "alpaca", tmp_path / "a")
    (row,) = written(tmp_path / "a", "alpaca", 1)
    assert (row["instruction"], row["input"]) == ("Which one?\n\nA. an owl\nB. a wren", "Two birds sing.")
    assert row["system"] == "Be kind."


def test_a_completion_whose_instruction_asks_for_a_box_ends_in_one(tmp_path: Path) -> None:
    run = one_row(tmp_path, "42", problem="How many?", solution="There are forty-two.\n#### 42")
    export(run, "messages", tmp_path / "m", instructions={"en": "Put it in \\boxed{}."})
    (row,) = written(tmp_path / "m", "messages", 1)
    assert row["messages"][1]["content"].endswith("#### 42\n\n$\\boxed{42}$")


def test_pairs_become_rows_of_dpo_and_are_named_elsewhere(tmp_path: Path) -> None:
    run = one_row(tmp_path, problem="Is it?", chosen="It is.", rejected="It is not.")
    export(run, "trl-dpo", tmp_path / "dpo")
    (row,) = written(tmp_path / "dpo", "trl-dpo", 1)
    assert (row["chosen"][0]["content"], row["rejected"][0]["content"]) == ("It is.", "It is not.")
    with pytest.raises(InputError, match="1 lack what the format needs"):
        export(run, "messages", tmp_path / "m")


@pytest.mark.parametrize(
    ("form", "keys"),
    [
        ("open-instruct", {"messages", "ground_truth", "dataset", "id", "language", "source"}),
        ("verifiers", {"prompt", "answer", "task", "info"}),
        ("nemo-gym", {"responses_create_params", "question", "expected_answer", "id", "language", "source"}),
        ("prime-rl", {"messages", "tools", "id", "language", "answer"}),
    ],
)
def test_forms_of_rl_libraries(form: str, keys: set[str], run: Path, tmp_path: Path) -> None:
    export(run, form, tmp_path / "out", rows_per_language=5)
    rows = written(tmp_path / "out", form, 2)
    assert len(rows) == 10
    assert set(rows[0]) == keys


def test_verifiers_gets_a_module_with_the_tasks(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(run, "verifiers", out, rows_per_language=5)
    module = (out / "parallelize_tasks.py").read_text(encoding="utf-8")
    assert module == Path(str(resources.files("parallelize") / "verifiers_tasks.py")).read_text()
    compile(module, "parallelize_tasks.py", "exec")
    export(run, "messages", out)
    assert not (out / "parallelize_tasks.py").exists(), "it belongs to the files of the earlier export"


def test_the_real_verifiers_loads_and_scores_the_tasks(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vf = pytest.importorskip("verifiers.v1", reason="verifiers is not installed")
    from verifiers.v1.utils.generic import concrete_type
    from verifiers.v1.utils.loaders import load_taskset, taskset_class

    export(run, "verifiers", tmp_path, rows_per_language=5)
    monkeypatch.syspath_prepend(tmp_path)
    taskset = taskset_class("parallelize_tasks")
    configured = concrete_type(taskset, vf.TasksetConfig)
    assert len(list(load_taskset(configured(id="parallelize_tasks")))) == 20, "the largest mix"
    (first, *_) = taskset(configured(id="parallelize_tasks", languages=["de"]))
    assert (first.data.language, first.data.prompt[0].role) == ("de", "user")
    trace = SimpleNamespace(last_reply=f"\\boxed{{{first.data.answer}}}", assistant_messages=[])
    assert asyncio.run(first.hooks("reward")[0](trace)) == 1.0


def test_the_order_of_the_corpus_does_not_matter_and_the_seed_does(run: Path, tmp_path: Path) -> None:
    rows = plain_rows(90)
    random.Random(4).shuffle(rows)
    other = write_corpus(tmp_path / "shuffled", rows, PLAIN)
    one = export(run, "messages", tmp_path / "one", rows=24)
    two = export(other, "messages", tmp_path / "two", rows=24)
    three = export(run, "messages", tmp_path / "three", rows=24, seed=1)
    assert one["files"] == two["files"]
    assert one["files"] != three["files"]
    for name, facts in one["files"].items():
        assert hashlib.sha256((tmp_path / "one" / name).read_bytes()).hexdigest() == facts["sha256"]


def test_rows_sorted_in_many_parts_give_the_same_bytes(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = export(run, "verl", tmp_path / "whole")
    monkeypatch.setattr("parallelize.store.aligned._PART_BYTES", 1)
    monkeypatch.setattr("parallelize.store.aligned._FEWEST_ROWS", 7)
    assert export(run, "verl", tmp_path / "parts")["files"] == whole["files"]


def test_an_export_replaces_an_earlier_one_and_nothing_else(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(run, "messages", out)
    (out / "notes.txt").write_text("mine")
    export(run, "messages", out, languages=("en", "de"))
    assert sorted(path.name for path in out.iterdir()) == [
        "export.json", "mix-1.jsonl", "mix-2.jsonl", "notes.txt"
    ]  # fmt: skip


def test_contaminated_ids_are_left_out_in_every_language_with_evidence(tmp_path: Path) -> None:
    rows = plain_rows(20)
    planted = (
        "Auf dem Hof stehen sieben Kisten mit je zwölf Birnen und niemand weiß wie viele Birnen das sind"
    )
    rows[3]["de"]["problem"] = planted + "?"
    run = write_corpus(tmp_path / "run", rows, PLAIN)
    index = Decontaminator.from_rows([("pears:1", planted)])
    manifest = export(run, "messages", tmp_path / "out", decontaminators=(("pears", index),))
    assert manifest["corpus_rows"]["contaminated"] == 1
    assert "q3" not in {row["id"] for row in written(tmp_path / "out", "messages", 1)}
    (line,) = (tmp_path / "out" / "contaminated.jsonl").read_text(encoding="utf-8").splitlines()
    found = json.loads(line)
    assert (found["id"], found["evaluation_row"], found["language"]) == ("q3", "pears:1", "de")


def test_a_missing_language_and_an_unfinished_run_are_explained(run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no th"):
        ordered_languages(open_aligned(run), ["th"])
    assert ordered_languages(open_aligned(run), ["ja", "en", "de"]) == ("en", "ja", "de")
    assert ordered_languages(open_aligned(run), ["ja"], with_source=False) == ("ja",)
    with pytest.raises(InputError, match="no finished corpus"):
        open_aligned(tmp_path / "nothing")
    (run / "corpus" / "parallel" / "train-00001-of-00002.parquet").write_bytes(b"PAR1")
    with pytest.raises(StorageFault, match=r"train-00001-of-00002.parquet is damaged"):
        open_aligned(run)


def test_instructions_are_whole_and_in_their_script() -> None:
    table = instructions()
    assert len(table) >= 20
    assert set(table) <= set(LANGUAGES)
    for code, item in table.items():
        assert r"\boxed{}" in item.boxed
        for sentence in (item.answer, item.think, item.boxed.replace(r"\boxed{}", "")):
            letters = script_letters(sentence)
            own = sum(letters.get(script, 0) for script in script_of_language(LANGUAGES[code].script))
            assert own == sum(letters.values()) > 0
    with pytest.raises(InputError, match="no instruction in 'mt'"):
        instruction_for("mt")


def test_contexts_in_lists_pairs_of_one_turn_and_exchanges_are_carried() -> None:
    row = {
        "context": {"contexts": ["It rained all day.", "The river rose."]},
        "question": "Did the river rise?",
        "chosen": {"from": "gpt", "value": "It did."},
        "rejected": {"from": "gpt", "value": "It did not."},
        "conversation": [
            {"input": "Who won?", "output": "Ann did."},
            {"input": "Then?", "output": "Ben."},
        ],
    }
    facts = [
        *(("context.contexts[0]", "context"), ("context.contexts[1]", "context"), ("question", "problem")),
        *(("chosen.value", "solution"), ("rejected.value", "solution")),
        *((f"conversation[{n}].{side}", "message") for n in (0, 1) for side in ("input", "output")),
    ]
    found = row_texts(row, [{"path": path, "role": role, "speaker": ""} for path, role in facts], answer=None)
    assert (found.problem, found.context) == (row["question"], "It rained all day.\n\nThe river rose.")
    assert found.solution is None
    assert [found.pair[name][0].content for name in ("chosen", "rejected")] == ["It did.", "It did not."]
    assert [(turn.role, turn.content) for turn in found.messages] == [
        *(("user", "Who won?"), ("assistant", "Ann did."), ("user", "Then?"), ("assistant", "Ben."))
    ]
    assert found.left == ()


def solution_of(tree: dict[str, Any], *paths: str) -> tuple[str | None, tuple[str, ...]]:
    texts = row_texts(
        {"prompt": "Why?", **tree},
        [
            {"path": path, "role": role, "speaker": ""}
            for path, role in [("prompt", "problem"), *zip(paths, ["solution"] * 9, strict=False)]
        ],
        answer=None,
    )
    return texts.solution, texts.left


def test_steps_are_one_solution_and_several_generations_are_not() -> None:
    listed = ("steps[0]", "steps[1]")
    assert solution_of({"steps": ["First.", "Then."]}, *listed) == ("First.\n\nThen.", ())
    objects = {"solution_steps": [{"text": "First."}, {"text": "Then."}], "rationale": "Or so."}
    paths = ("solution_steps[0].text", "solution_steps[1].text", "rationale")
    assert solution_of(objects, *paths) == ("First.\n\nThen.", ("rationale",))
    completions = ("completions[0]", "completions[1]")
    rewarded = {"completions": ["First.", "Then."], "labels": [True, False]}
    assert solution_of(rewarded, *completions) == ("First.\n\nThen.", ())
    assert solution_of({"completions": ["One.", "Two."]}, *completions) == ("One.", ("completions[1]",))


def turns_of(*said: tuple[str, str]) -> list[str]:
    chat = [{"speaker": speaker, "utterance": text} for speaker, text in said]
    facts = [
        {"path": f"chat[{n}].utterance", "role": "message", "speaker": one} for n, (one, _) in enumerate(said)
    ]
    return [turn.role for turn in row_texts({"chat": chat}, facts, answer=None).messages]


def test_speakers_of_any_name_ask_and_answer() -> None:
    assert turns_of(("student", "Why?"), ("tutor", "So."), ("student", "Oh.")) == [
        "user",
        "assistant",
        "user",
    ]
    assert turns_of(("Ann", "Why?"), ("Bob", "So.")) == ["user", "assistant"]
    assert turns_of(("system", "Be brief."), ("Ann", "Why?"), ("Bob", "So.")) == [
        "system",
        "user",
        "assistant",
    ]
    assert turns_of(("Ann", "Why?"), ("Bob", "So."), ("Cem", "No.")) == ["Ann", "Bob", "Cem"]
    assert turns_of(("developer", "Be brief."), ("user", "Why?")) == ["developer", "user"]
    assert turns_of(("user", "Why?"), ("function_call", "f()")) == ["user", "function_call"]


def test_an_export_says_what_rows_lack(run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a better and a worse completion \(\d+\)"):
        export(run, "trl-dpo", tmp_path)


def test_chats_of_a_pair_without_a_prompt_begin_with_it(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "Why?"}]
    said = {name: [*turns, {"role": "assistant", "content": f"{name}!"}] for name in ("chosen", "rejected")}
    facts = [
        {"path": f"{name}[{n}].content", "role": "message", "speaker": one}
        for name in said
        for n, one in enumerate(("user", "assistant"))
    ]
    row = AlignedRow(id="1", answer=None, texts={"en": row_texts(said, facts, answer=None)})
    found = example(row, "en", instruction=None, data_source="", index=0)
    assert found is not None
    assert [turn.content for turn in found.prompt] == ["Why?"]
    assert found.pair == ("chosen!", "rejected!")


def test_of_lists_of_completions_the_first_are_a_pair() -> None:
    facts = [{"path": f"{name}[0]", "role": "solution", "speaker": ""} for name in ("chosen", "rejected")]
    found = row_texts({"chosen": ["So."], "rejected": ["No.", "Never."]}, facts, answer=None)
    assert found.pair == {"chosen": "So.", "rejected": "No."}
