"""Tasks for evaluation harnesses: what is written, and each run by the real harness where that is there.

`make test-trainers` builds an environment with lm-eval 0.4.13, lighteval 0.13.0 and inspect-ai 0.3.285.
"""

from __future__ import annotations

import json
import math
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

import parallelize
from parallelize.cli.export import command
from parallelize.core.errors import InputError, UsageError
from parallelize.harness import FIGURES, data_rows, known_mean, score_row
from parallelize.stages.harness_files import task_name

PROBLEMS = {
    "nl": [("Jan heeft 4 peren en koopt er 9 bij. Hoeveel heeft hij?", "13"), ("Wat is 500 keer 3?", "1500")],
    "el": [("Ο Νίκος έχει 4 αχλάδια και αγοράζει 9. Πόσα έχει;", "13"), ("Πόσο κάνει 500 επί 3;", "1500")],
}
REPLIES = {
    "nl": [
        "<think>Hij had er vier en kocht er daarna nog negen bij.</think>Samen zijn dat er \\boxed{13}.",
        "He multiplies five hundred by three, and so the result of the whole thing is \\boxed{1.500}.",
    ],
    "el": ["Έχει συνολικά δεκατρία αχλάδια μετά την αγορά, δηλαδή \\boxed{13}.", "\\boxed{1.500}"],
}


@pytest.fixture
def tasks(tmp_path: Path) -> Path:
    for code, rows in PROBLEMS.items():
        lines = "".join(f"{question}\t{answer}\n" for question, answer in rows)
        (tmp_path / f"pears_{code}.tsv").write_text(lines, encoding="utf-8")
    for harness in ("lm-eval", "lighteval", "inspect"):
        parallelize.export_task(
            tmp_path / "pears_{lang}.tsv", harness, langs=["nl", "el"], out=tmp_path / harness
        )
    return tmp_path


def expected(code: str) -> dict[str, float]:
    """The figures of `parallelize score` on the same responses."""
    rows = [
        {"id": str(at), "response": reply, "gold": gold, "language": code}
        for at, (reply, (_, gold)) in enumerate(zip(REPLIES[code], PROBLEMS[code], strict=True))
    ]
    cell = parallelize.score(rows).report.models["unnamed"].micro
    assert cell.accuracy is not None
    assert cell.strict_accuracy is not None
    (part,) = [value for key, value in cell.off_target.items() if key.value == "response"]
    values = (cell.accuracy.value, cell.strict_accuracy.value, part.value)
    return {name: math.nan if value is None else value for name, value in zip(FIGURES, values, strict=True)}


def reply_to(prompt: str) -> str:
    for code, rows in PROBLEMS.items():
        for (question, _), reply in zip(rows, REPLIES[code], strict=True):
            if question in prompt:
                return reply
    raise AssertionError(prompt)


def test_a_row_is_judged_as_score_judges_it() -> None:
    for code, rows in PROBLEMS.items():
        found = [
            score_row({"language": code, "gold": gold}, reply)
            for (_, gold), reply in zip(rows, REPLIES[code], strict=True)
        ]
        figures = {name: known_mean(item[name] for item in found) for name in FIGURES}
        assert figures == pytest.approx(expected(code), nan_ok=True)


def test_a_row_without_gold_cut_or_with_thinking_apart() -> None:
    assert score_row({"language": "nl"}, REPLIES["nl"][0])["accuracy"] is None
    assert score_row({"language": "nl", "gold": "13"}, REPLIES["nl"][0], finish_reason="length")[
        "off_target_rate"
    ] is None  # fmt: skip
    apart = score_row({"language": "nl", "gold": "1500"}, REPLIES["nl"][0], thinking=REPLIES["nl"][1])
    assert apart["strict_accuracy"] == 0.0
    chosen = {"language": "nl", "gold": "B", "choices": ["peren", "appels"]}
    assert score_row(chosen, "Het antwoord is appels.")["accuracy"] == 1.0
    assert math.isnan(known_mean([None]))


def test_the_same_prompts_as_evaluate_with_their_data(tasks: Path) -> None:
    for harness in ("lm-eval", "lighteval", "inspect"):
        facts = json.loads((tasks / harness / "task.json").read_text())
        assert facts["languages"] == {"nl": 2, "el": 2}
        rows = data_rows(tasks / harness, "nl")
        assert rows[0]["prompt"].startswith(PROBLEMS["nl"][0][0])
        assert rows[0]["prompt"].endswith("\\boxed{}.")
        assert [row["gold"] for row in rows] == ["13", "1500"]


def test_lm_eval_files_name_their_hooks(tasks: Path) -> None:
    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!function", lambda loader, node: loader.construct_scalar(node))
    folder = tasks / "lm-eval"
    group = yaml.load((folder / "pears.yaml").read_text(), Loader)
    assert group["task"] == ["pears_nl", "pears_el"]
    for name in group["task"]:
        task = yaml.load((folder / f"{name}.yaml").read_text(), Loader)
        assert task["task"] == name
        assert [item["metric"] for item in task["metric_list"]] == list(FIGURES)
        hooks = {value for value in task.values() if isinstance(value, str) and value.startswith("hooks.")}
        text = (folder / "hooks.py").read_text()
        assert all(f"def {hook.removeprefix('hooks.')}(" in text for hook in hooks)


def test_the_command_line_writes_a_task_of_a_corpus_and_says_what_does_not_fit(tasks: Path) -> None:
    run = CliRunner().invoke(
        command,
        [
            *(str(tasks / "pears_{lang}.tsv"), "--format", "inspect", "--langs", "el", "--json"),
            *("--out", str(tasks / "again"), "--instruction", "think", "--rows", "1"),
        ],
    )
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["languages"] == {"el": 1}
    with pytest.raises(UsageError, match="no languages"):
        parallelize.export_task(tasks / "pears_{lang}.tsv", "inspect")
    with pytest.raises(InputError, match="no harness"):
        parallelize.export_task(tasks / "pears_{lang}.tsv", "helm", langs="nl")
    wrong = CliRunner().invoke(
        command, [str(tasks / "pears_nl.tsv"), "--format", "inspect", "--langs", "nl", "--mix", "all"]
    )
    assert wrong.exit_code != 0


@pytest.mark.parametrize(
    ("text", "name"), [("MATH-500", "math_500"), ("2026 réponses", "task_2026_r_ponses"), ("a.b", "a_b")]
)
def test_names_of_tasks_are_names_everywhere(text: str, name: str) -> None:
    assert task_name(text) == name


def test_lm_evaluation_harness_loads_and_runs_the_group(tasks: Path) -> None:
    pytest.importorskip("lm_eval", reason="needs lm-eval: make test-trainers")
    from lm_eval import simple_evaluate
    from lm_eval.api.model import LM
    from lm_eval.tasks import TaskManager

    class Echo(LM):
        def generate_until(self, requests: list[Any], **_: Any) -> list[str]:
            return [reply_to(request.args[0]) for request in requests]

        def loglikelihood(self, requests: list[Any], **_: Any) -> Any:
            raise AssertionError

        loglikelihood_rolling = loglikelihood

    manager = TaskManager(include_path=str(tasks / "lm-eval"), include_defaults=False)
    found = simple_evaluate(model=Echo(), tasks=["pears"], task_manager=manager, bootstrap_iters=0)
    for code in PROBLEMS:
        result = found["results"][f"pears_{code}"]
        assert {name: result[f"{name},none"] for name in FIGURES} == pytest.approx(
            expected(code), nan_ok=True
        )
    means = [expected(code)["accuracy"] for code in PROBLEMS]
    assert found["results"]["pears"]["accuracy,none"] == pytest.approx(sum(means) / 2)


def test_lighteval_loads_the_tasks_and_computes_the_metric(
    tasks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("lighteval", reason="needs lighteval: make test-trainers")
    from lighteval.metrics import apply_metric
    from lighteval.models.model_output import ModelResponse
    from lighteval.tasks.lighteval_task import LightevalTask
    from lighteval.tasks.registry import Registry

    # lighteval imports all its own tasks first: one downloads a file, one asks the Hub for models.
    monkeypatch.setattr(Registry, "_load_from_files", lambda files, prefix: {})
    monkeypatch.setattr(Registry, "_load_from_subdirs", lambda folders: {})
    registry = Registry(tasks="pears_nl|0,pears_el|0", custom_tasks=str(tasks / "lighteval" / "pears.py"))
    loaded = registry.load_tasks()
    assert sorted(loaded) == ["pears_el|0", "pears_nl|0"]
    LightevalTask.load_datasets(loaded, 1)
    for name, task in loaded.items():
        docs = task.get_docs()
        responses = [ModelResponse(text=[reply_to(doc.query)]) for doc in docs]
        values = apply_metric(responses=responses, docs=docs, metrics=task.metrics)
        folds = task.aggregation()
        figures = {figure: folds[figure]([item[figure] for item in values]) for figure in FIGURES}
        assert figures == pytest.approx(expected(name[6:8]), nan_ok=True)


def test_inspect_evaluates_the_task_with_a_mock_model(tasks: Path) -> None:
    pytest.importorskip("inspect_ai", reason="needs inspect-ai: make test-trainers")
    from inspect_ai import eval as run_tasks
    from inspect_ai.model import ModelOutput, ModelUsage, get_model

    module = runpy.run_path(str(tasks / "inspect" / "pears.py"))
    for code in PROBLEMS:
        outputs = [ModelOutput.from_content("mockllm", reply) for reply in REPLIES[code]]
        for output in outputs:  # else it counts tokens with a table that it downloads
            output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        (log,) = run_tasks(
            module[f"pears_{code}"](),
            model=get_model("mockllm/model", custom_outputs=outputs),
            log_dir=str(tasks / "logs"),
            display="none",
            max_connections=1,
            max_samples=1,
        )
        assert log.status == "success", log.error
        assert log.results is not None
        figures = {score.name: score.metrics["known"].value for score in log.results.scores}
        assert figures == pytest.approx(expected(code), nan_ok=True)
