"""A recipe of someone else: it names nothing to run, and holds no key; no link leads out of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from parallelize.assemble.report import write_report
from parallelize.cli.main import cli
from parallelize.core.errors import EnvironmentFault, InputError
from parallelize.core.recipe import load_recipe
from parallelize.core.secrets import secret_fields
from parallelize.core.trust import refuse_untrusted
from parallelize.hub.plan import prepare
from parallelize.store.aligned import open_aligned
from parallelize.store.run import RunDirectory
from tests.hub.corpora import CorpusMaker
from tests.runs import rows, run_build, write_jsonl


@pytest.mark.parametrize("how", ["build", "plan", "audit"])
def test_a_recipe_does_not_start_a_program(tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PARALLELIZE_COMET_PYTHON", raising=False)
    source = write_jsonl(tmp_path / "rows.jsonl", rows(2))
    seen = tmp_path / "seen"
    program = tmp_path / "evil.sh"
    program.write_text(f"#!/bin/sh\ntouch {seen}\n")
    program.chmod(0o755)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        f'langs = ["pt"]\n[source]\npath = "{source}"\n[engine]\nname = "scripted"\n'
        f'[scorers.comet]\npython = "{program}"\nmodel = "Unbabel/wmt22-cometkiwi-da"\n'
    )
    arguments = {
        "build": ["build", str(recipe), "--out", str(tmp_path / "run")],
        "plan": ["plan", str(recipe), "--out", str(tmp_path / "run")],
        "audit": [
            *("audit", str(source), "--lang", "pt", "--scorers", str(recipe)),
            *("--source-field", "problem", "--target-field", "solution"),
        ],
    }[how]
    ended = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert isinstance(ended.exception, InputError), ended.output
    assert "scorers.comet.python" in str(ended.exception)
    assert "PARALLELIZE_COMET_PYTHON" in str(ended.exception)
    assert not seen.exists()
    # The person who runs it may name the program, and then it is started.
    monkeypatch.setenv("PARALLELIZE_COMET_PYTHON", str(program))
    ended = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert how == "plan" or isinstance(ended.exception, EnvironmentFault)  # a plan goes on without
    assert seen.exists()


@pytest.mark.parametrize(
    "table",
    [
        {"scorers": {"comet": {"model": "./evil.ckpt"}}},
        {"scorers": {"comet": {"model": "someone/evil-model"}}},
        {"scorers": {"comet": {"model": "Unbabel/../evil"}}},
        {"engine": {"extra_engine": {"worker_cls": "evil.Worker"}}},
        {"engine": {"extra_engine": {"kv_transfer_config": {"kv_connector_module_path": "evil"}}}},
        {"engines": {"de": {"extra_engine": {"logits_processors": ["evil:Processor"]}}}},
        {"engine": {"extra_engine": {"compilation_config": {"backend": "evil.compile"}}}},
        {"engine": {"extra_engine": {"compilation_config": {"inductor_passes": {"a": "evil.run"}}}}},
        {"repair": {"engine": {"extra_engine": {"tool_parser_plugin": "/tmp/x.py"}}}},
        {"scorers": {"judge": {"engine": {"extra_engine": {"trust_remote_code": True}}}}},
        {"back_translation": {"engine": {"extra_engine": {"distributed_executor_backend": "evil.Backend"}}}},
    ],
)
def test_whatever_names_code_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"names (something|code) to run here"):
        refuse_untrusted(table, where="recipe.toml", environment={})


@pytest.mark.parametrize(
    "table",
    [
        {"scorers": {"comet": {"model": "Unbabel/wmt22-cometkiwi-da"}}},
        {"engine": {"extra_engine": {"max_logprobs": 5, "swap_space": 4, "load_format": "safetensors"}}},
        {"engine": {"api_key_env": "MY_KEY", "max_tokens_field": "max_tokens", "tokenizer": "org/tok"}},
        {"engine": {"base_url": "https://host/v1?version=2", "extra_body": {"min_tokens": 3, "top_k": 5}}},
        {"glossary": {"de": {"key": "Schlüssel-Wort"}}, "source": {"id": "key_id"}},
        {"engine": {"extra_body": {"keyword": "x", "monkey": "y", "tokens": "z"}}},
    ],
)
def test_ordinary_recipes_are_not(table: dict[str, object]) -> None:
    table.pop("glossary", None)
    refuse_untrusted(table, where="recipe.toml", environment={})


KEYS = [
    {"engine": {"extra_body": {"api_key": "abcdefgh"}}},
    {"engine": {"extra_body": {"headers": {"Authorization": "Basic Zm9v"}}}},
    {"engine": {"extra_body": {"nested": [{"access_token": "1234567890"}]}}},
    {"engine": {"extra_body": {"password": "x"}}},
    {"engine": {"extra_body": {"user": "sk-" + "a" * 24}}},
    {"engine": {"model": "hf_" + "A" * 34}},
    {"engine": {"base_url": "https://ann:secret@host/v1"}},
    {"engine": {"base_url": "https://host/v1?api_key=0123456789"}},
    {"corpus": {"citation": "see github_pat_" + "a1" * 20}},
    {"engine": {"extra_body": {"X-Api-Key": "0123456789"}}},
]


@pytest.mark.parametrize("table", KEYS)
def test_keys_belong_in_the_environment(table: dict[str, object], tmp_path: Path) -> None:
    assert list(secret_fields(table))
    with pytest.raises(InputError, match="keys belong in the environment") as caught:
        refuse_untrusted(table, where="recipe.toml", environment={})
    values = [part for part in json.dumps(table).split('"') if len(part) > 12]
    assert not any(value in str(caught.value) for value in values if "://" not in value and "_" in value[:4])


def test_a_recipe_file_with_a_key_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(
        '[engine]\nname = "openai"\nmodel = "m"\nbase_url = "http://127.0.0.1:1/v1"\n'
        '[engine.extra_body]\napi_key = "0123456789abcdef"\n'
    )
    with pytest.raises(InputError, match=r"engine\.extra_body\.api_key looks like a key") as caught:
        load_recipe(path)
    assert "0123456789abcdef" not in str(caught.value)


def test_push_looks_for_keys_in_what_it_would_publish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = {"engine": {"name": "openai", "extra_body": {"api_key": "0123456789abcdef"}}}
    run = CorpusMaker(recipe=recipe).write(tmp_path / "one")
    with pytest.raises(InputError, match=r"recipe\.engine\.extra_body\.api_key"):
        prepare(run, "acme/corpus", tmp_path)
    monkeypatch.setenv("MY_SERVICE_API_KEY", "unshaped0key0value")
    run = CorpusMaker(name="apples unshaped0key0value").write(tmp_path / "two")
    with pytest.raises(InputError, match="holds what looks like a credential"):
        prepare(run, "acme/corpus", tmp_path)


@pytest.mark.parametrize("name", ["data/pt/train-00000-of-00001.parquet", "README.md", "notes.txt"])
def test_no_link_leads_push_out_of_the_corpus(tmp_path: Path, name: str) -> None:
    run = CorpusMaker().write(tmp_path / "run")
    path = run / "corpus" / name
    outside = tmp_path / "outside"
    outside.write_bytes(path.read_bytes() if path.exists() else b"secret")
    path.unlink(missing_ok=True)
    path.symlink_to(outside)
    with pytest.raises(InputError, match="symbolic link"):
        prepare(run, "acme/corpus", tmp_path)


def test_no_link_leads_export_or_report_out_of_the_run(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(10))
    run = tmp_path / "run"
    run_build(source, run, "pt")
    moved = tmp_path / "elsewhere"
    for place in ("rejects/pt.parquet", "corpus/parallel/train-00000-of-00001.parquet"):
        path = run / place
        moved.write_bytes(path.read_bytes())
        path.unlink()
        path.symlink_to(moved)
        with pytest.raises(InputError, match="symbolic link"):
            write_report(RunDirectory(run))
        if place.startswith("corpus"):
            with pytest.raises(InputError, match="symbolic link"):
                open_aligned(run)
        path.unlink()
        path.write_bytes(moved.read_bytes())
    (run / "corpus" / "pt" / "again.md").symlink_to(run / "corpus" / "README.md")
    assert open_aligned(run).rows == 10
