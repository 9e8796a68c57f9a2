"""`plan`: a pilot's figures are exact where they can be known, and a build after it pays nothing twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest

from parallelize.assemble.build import build
from parallelize.assemble.plan import plan
from parallelize.core.errors import EnvironmentFault, InputError
from parallelize.core.recipe import Recipe, parse_recipe
from parallelize.report.plan_text import plan_text
from parallelize.stages.planning import Range
from tests.runs import Silent, recipe, rows, write_jsonl

TEN = "every farmer sold yellow ripe apples because people wanted fruit"


@pytest.fixture
def alike(tmp_path: Path) -> Path:
    """64 rows of ten words, each another text of the same length."""
    texts = [TEN.replace("ripe", f"r{chr(97 + n // 26)}{chr(97 + n % 26)}e") + "." for n in range(64)]
    assert {(len(text), len(text.split())) for text in texts} == {(len(TEN) + 1, 10)}
    return write_jsonl(tmp_path / "alike.jsonl", [{"id": f"r{n}", "problem": t} for n, t in enumerate(texts)])


def counted(source: Path, *langs: str, **more: Any) -> Recipe:
    return recipe(source, *langs, **{**more, "engine": {"counts_tokens": True, **more.get("engine", {})}})


def replies(memory: Path, pair: str) -> pl.DataFrame:
    return pl.read_parquet(memory / pair / "*.parquet")


def test_known_token_counts_give_exact_totals(alike: Path, tmp_path: Path) -> None:
    prices = {"per_million_input_tokens": 2.0, "per_million_output_tokens": 10.0}
    found = plan(counted(alike, "pt", "de", prices=prices), tmp_path / "run", Silent(), rows=16)
    assert found.basis == "pilot"
    assert (found.rows, found.sampled_rows) == (64, 16)
    for language in found.languages:
        assert language.attempts_per_segment == Range.exact(1.0)
        assert language.output_tokens_per_source_word == Range.exact(1.0)
        assert (language.pilot_rows, language.pilot_kept) == (16, 16)
        forward, back = language.directions
        assert back.calls == Range.exact(64)
        assert back.source_words == back.input_tokens == back.output_tokens == Range.exact(640)
        # 16 segments of 16 passed at once: by Wilson's interval up to 14.5 % of all may need 3 more attempts.
        worst = 1 + 3 * (1.6449**2 / (16 + 1.6449**2))
        assert (forward.calls.low, forward.calls.mid) == (64, 64)
        assert forward.calls.high == pytest.approx(64 * worst, rel=1e-4)
        assert forward.output_tokens == forward.input_tokens == forward.source_words
        assert forward.source_words.mid == 640
    total = found.total(lambda item: item.output_tokens)
    assert total is not None
    assert total.mid == 2 * 2 * 640
    money = found.money
    assert money is not None
    assert money.mid == pytest.approx(2560 * 2e-6 + 2560 * 10e-6)
    each = [found.money_of(item) for item in found.languages]
    assert sum(cost.mid for cost in each if cost is not None) == pytest.approx(money.mid)
    table = plan_text(found).partition("## Work")[0]
    assert any("money" in map(str.strip, line.split("|")) for line in table.splitlines())


def test_failed_attempts_are_paid_for(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(30))
    run = tmp_path / "run"
    found = plan(counted(source, "pt", engine={"fault_rate": 0.4}), run, Silent(), rows=30)
    forward, back = found.languages[0].directions
    there, home = replies(run / "memory", "en-pt"), replies(run / "memory", "pt-en")
    assert forward.calls == Range.exact(len(there))
    assert forward.output_tokens == Range.exact(there["output_tokens"].sum())
    assert back.output_tokens == Range.exact(home["output_tokens"].sum())
    assert found.languages[0].attempts_per_segment.mid > 1.2
    assert found.languages[0].reasons


def test_a_build_after_a_plan_asks_for_nothing_twice(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(60))
    run, options = tmp_path / "run", {"engine": {"fault_rate": 0.2}}
    plan(counted(source, "pt", **options), run, Silent(), rows=20)
    paid = {pair: set(replies(run / "memory", pair)["address"]) for pair in ("en-pt", "pt-en")}
    build(counted(source, "pt", **options), run, Silent())
    pairs = json.loads((run / "measurements.json").read_text())["engines"]["scripted"]["pairs"]
    for pair, addresses in paid.items():
        now = replies(run / "memory", pair)
        assert now["address"].is_unique().all()
        assert addresses <= set(now["address"])
        assert pairs[pair]["replies"] == len(now) - len(addresses)
        assert pairs[pair]["from_memory"] >= len(addresses)


def test_a_plan_predicts_the_build(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(200))
    found = plan(counted(source, "pt", engine={"fault_rate": 0.2}), tmp_path / "plan", Silent(), rows=40)
    summary = build(counted(source, "pt", engine={"fault_rate": 0.2}), tmp_path / "build", Silent())
    work = summary.languages["pt"].work
    for part in found.languages[0].directions:
        assert part.output_tokens is not None
        assert part.output_tokens.mid == pytest.approx(getattr(work, part.name).output_tokens, rel=0.25)
    kept = found.languages[0].kept_share
    assert kept is not None
    assert kept.low <= summary.languages["pt"].kept / 200 <= kept.high


def test_a_second_plan_asks_nothing_and_keeps_the_speed(alike: Path, tmp_path: Path) -> None:
    slow = {"engine": {"delay_seconds": 0.02}}
    first = plan(counted(alike, "pt", **slow), tmp_path / "run", Silent(), rows=8)
    watcher = Silent()
    second = plan(
        counted(alike, "pt", prices={"per_gpu_hour": 1.0}, **slow),
        tmp_path / "run",
        watcher,
        rows=8,
        gpus=(4,),
    )
    assert watcher.rows == 0
    assert second.gpu_hours == first.gpu_hours is not None
    hours, four = second.gpu_hours, second.wall_clock_hours_on(4)
    assert hours is not None
    assert second.money == hours
    cpu = second.cpu_hours
    assert four is not None
    assert cpu is not None
    assert four.low == pytest.approx(max(hours.low / 4, cpu.low))
    assert four.high == pytest.approx(max(hours.high / 2, cpu.high))


def test_pilot_rows_are_a_run_to_look_at(alike: Path, tmp_path: Path) -> None:
    plan(counted(alike, "pt"), tmp_path / "run", Silent(), rows=5)
    corpus = pl.read_parquet(tmp_path / "run" / "pilot" / "corpus" / "pt" / "*.parquet")
    assert len(corpus) == 5
    assert (tmp_path / "run" / "pilot" / "summary.json").is_file()
    assert not (tmp_path / "run" / "corpus").exists()


def test_a_plan_leaves_a_finished_run_alone(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(20))
    run = tmp_path / "run"
    build(counted(source, "pt"), run, Silent())

    def rest() -> dict[str, bytes]:
        parts = [path for path in run.rglob("*") if path.is_file()]
        return {str(p): p.read_bytes() for p in parts if "pilot" not in p.parts and "memory" not in p.parts}

    before = rest()
    whole = counted(source, "pt", "de")
    less = whole.model_copy(update={"source": whole.source.model_copy(update={"limit": 8})})
    found = plan(less, run, Silent(), rows=4)
    assert found.rows == 8
    assert rest() == before


def test_rows_that_no_run_can_hold_are_not_counted(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", [*rows(3), {"id": "bad", "problem": "apples \ud800 ripe"}])
    found = plan(counted(source, "pt"), tmp_path / "run", Silent())
    assert found.rows == 3
    empty = write_jsonl(tmp_path / "bad.jsonl", [{"id": "bad", "problem": "apples \ud800 ripe"}])
    with pytest.raises(InputError, match="no usable row"):
        plan(counted(empty, "pt"), tmp_path / "other", Silent())


def test_the_repair_engine_has_a_direction_of_its_own(alike: Path, tmp_path: Path) -> None:
    broken = {
        "engine": {"fault_rate": 1.0},
        "repair": {"engine": {"name": "scripted", "counts_tokens": True}},
    }
    found = plan(counted(alike, "pt", **broken), tmp_path / "run", Silent(), rows=8)
    forward, repair, back = found.languages[0].directions
    assert (forward.engine, repair.engine, back.engine) == ("scripted", "scripted#2", "scripted")
    assert repair.calls == Range.exact(64)
    assert repair.output_tokens == Range.exact(640)
    assert forward.calls.mid > 64


def test_without_an_engine_it_estimates_and_says_so_loudly(alike: Path, tmp_path: Path) -> None:
    model = {"name": "vllm", "model": "Qwen/Qwen3-8B"}
    data = {"source": {"path": str(alike)}, "langs": ["de", "te"], "engine": model}
    found = plan(parse_recipe(data), tmp_path / "run", Silent(), use_engine=False, gpus=(1, 8))
    assert found.basis == "estimate"
    assert found.notes[0].startswith("NOTHING HERE IS MEASURED")
    assert any("published for qwen3-8b" in note for note in found.notes)
    german, telugu = found.languages
    assert german.directions[0].calls.low == 64
    assert telugu.directions[0].output_tokens.mid > german.directions[0].output_tokens.mid  # type: ignore[union-attr]
    # Ten words are about 16 English tokens by any tokenizer of today.
    back = german.directions[1].output_tokens
    assert back is not None
    assert 64 * 12 < back.low <= back.high < 64 * 60
    seen = {**data, "engine": {**model, "context": True}}
    more = plan(parse_recipe(seen), tmp_path / "run", Silent(), use_engine=False).languages[0].directions[0]
    assert more.input_tokens.mid > german.directions[0].input_tokens.mid  # type: ignore[union-attr]
    assert more.output_tokens == german.directions[0].output_tokens
    one, eight = found.wall_clock_hours_on(1), found.wall_clock_hours_on(8)
    assert one is not None
    assert eight == one.times(1 / 8)


def test_what_is_said_inside_of_formulas_is_counted_like_any_request(tmp_path: Path) -> None:
    texts = [
        f"Ann has $x = {n} \\text{{ plums}}$ or more of them, if $y > {n} \\text{{ plums}}$."
        for n in range(9)
    ]
    said = write_jsonl(tmp_path / "said.jsonl", [{"problem": text} for text in texts])
    pilot = plan(counted(said, "pt"), tmp_path / "pilot", Silent(), rows=9)
    there, back = pilot.languages[0].directions
    assert (there.calls, there.source_words.mid) == (Range.exact(18), 9 * 9 + 9)
    assert back.calls == Range.exact(9)
    model = {"name": "vllm", "model": "Qwen/Qwen3-8B"}
    for texts_policy, calls in (({}, 18), ({"formulas": "keep"}, 9)):
        data = {"source": {"path": str(said)}, "langs": ["de"], "engine": model, "texts": texts_policy}
        found = plan(parse_recipe(data), tmp_path / "run", Silent(), use_engine=False)
        there, back = found.languages[0].directions
        assert (there.calls.low, back.calls.low) == (calls, 9)


def test_an_unknown_model_has_no_time(alike: Path, tmp_path: Path) -> None:
    model = {"name": "openai", "model": "my-model", "base_url": "http://127.0.0.1:9/v1"}
    data = {"source": {"path": str(alike)}, "langs": ["de"], "engine": model}
    found = plan(parse_recipe(data), tmp_path / "run", Silent(), use_engine=False)
    assert found.gpu_hours is None
    assert found.total(lambda item: item.output_tokens) is not None
    assert any("no speed of it is published here" in note for note in found.notes)


def test_an_engine_that_cannot_run_is_named_before_the_estimate(
    alike: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parallelize.assemble import translators

    def missing(*_: Any, **__: Any) -> None:
        raise EnvironmentFault("there is no GPU here", remedy="find one")

    monkeypatch.setattr(translators, "make_translator", missing)
    watcher = Silent()
    found = plan(counted(alike, "pt"), tmp_path / "run", watcher)
    assert found.basis == "estimate"
    assert any("there is no GPU here" in text for text in watcher.warnings)


def test_a_tokenizer_counts_source_tokens(alike: Path, tmp_path: Path) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    (tmp_path / "model").mkdir()
    made.save(str(tmp_path / "model" / "tokenizer.json"))
    found = plan(counted(alike, "pt"), tmp_path / "run", Silent(), rows=8, tokenizer=str(tmp_path / "model"))
    assert found.languages[0].output_tokens_per_source_token == Range.exact(1.0)
    with pytest.raises(InputError, match="is no tokenizer"):
        plan(counted(alike, "pt"), tmp_path / "run", Silent(), tokenizer=str(alike))


def test_another_source_is_refused_before_anything_is_overwritten(alike: Path, tmp_path: Path) -> None:
    build(counted(alike, "pt"), tmp_path / "run", Silent())
    before = sorted((tmp_path / "run" / "records").iterdir())
    other = write_jsonl(tmp_path / "other.jsonl", rows(3))
    for command in (plan, build):
        with pytest.raises(InputError, match="holds a build of"):
            command(counted(other, "pt"), tmp_path / "run", Silent())
    assert sorted((tmp_path / "run" / "records").iterdir()) == before


@pytest.mark.slow
def test_a_pilot_on_the_bundled_sample_with_the_embedded_engine(tmp_path: Path) -> None:
    data = {"source": {"path": "sample"}, "langs": ["pt"], "engine": {"name": "bergamot", "offline": True}}
    found = plan(parse_recipe(data), tmp_path / "run", Silent(), rows=4)
    forward, back = found.languages[0].directions
    assert (forward.output_tokens, back.output_tokens) == (None, None)
    assert found.rows == 125
    assert 8_000 < forward.source_words.mid < 30_000
    assert found.gpu_hours is not None
    assert found.gpu_hours.low > 0


@pytest.fixture
def server() -> Iterator[str]:
    """Address of a real OpenAI-like server that counts what it is asked, 7 tokens in and 3 out each time."""
    program = Path(__file__).parent / "engines" / "faulty_server.py"
    process = subprocess.Popen(
        [sys.executable, str(program), "--share", "0"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_server_is_asked_every_prompt_once_by_plan_and_build_together(server: str, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(12))
    data = {
        "source": {"path": str(source)},
        "langs": ["pt"],
        "engine": {"name": "openai", "model": "m", "base_url": f"{server}/v1", "prompt": "tower-plus"},
        "repair": {"attempts": 1},
        "prices": {"per_million_input_tokens": 1.0, "per_million_output_tokens": 2.0},
    }
    found = plan(parse_recipe(data), tmp_path / "run", Silent(), rows=12)
    calls = found.total(lambda item: item.calls)
    assert calls is not None
    assert found.total(lambda item: item.input_tokens) == calls.times(7)
    assert found.total(lambda item: item.output_tokens) == calls.times(3)
    assert found.money is not None
    assert found.money.mid == pytest.approx(calls.mid * (7 + 2 * 3) / 1e6)
    assert found.gpu_hours is not None
    asked = httpx.get(f"{server}/stats").json()["asked"]
    assert set(asked.values()) == {1}
    assert len(asked) == calls.mid
    build(parse_recipe(data), tmp_path / "run", Silent())
    assert httpx.get(f"{server}/stats").json()["asked"] == asked
