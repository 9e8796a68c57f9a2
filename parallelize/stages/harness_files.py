"""The files of a task for an evaluation harness: rows as data, and lines of Python that call our metric.

What each harness reads was read in its sources: lm-evaluation-harness 0.4.13 (`lm_eval/api/task.py`),
huggingface/lighteval 0.13.0 (`lighteval/tasks/lighteval_task.py`), UKGovernmentBEIS/inspect_ai 0.3.285.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from parallelize.core.trees import JsonObject

__all__ = ["HARNESSES", "HarnessTask", "TaskRow", "task_name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """One problem as a harness asks it."""

    id: str
    language: str
    """Language that the response should be in."""
    prompt: str
    """All that is said, the sentence that asks for the language included."""
    prompt_language: str
    system: str
    """System prompt; empty for none."""
    gold: str | None
    choices: tuple[str, ...]
    level: str | None

    def as_dict(self) -> JsonObject:
        """A line of the data file; every row has the same keys, as table readers want them."""
        return {
            "id": self.id,
            "language": self.language,
            "prompt": self.prompt,
            "prompt_language": self.prompt_language,
            "system": self.system,
            "gold": self.gold or "",
            "choices": list(self.choices),
            "level": self.level or "",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class HarnessTask:
    """A task in some languages, to be written for one harness."""

    name: str
    """Of letters, digits and underscores."""
    rows: Mapping[str, Sequence[TaskRow]]
    """By language."""
    max_tokens: int
    """Longest response."""

    def data(self) -> dict[str, str]:
        """The data files by their names: one for each language."""
        return {
            f"data/{code}/test.jsonl": "".join(
                json.dumps(row.as_dict(), ensure_ascii=False) + "\n" for row in rows
            )
            for code, rows in self.rows.items()
        }


def task_name(text: str) -> str:
    """A name that every harness and Python take."""
    plain = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").lower()
    return plain if plain[:1].isalpha() else f"task_{plain}"


_LM_EVAL_HOOKS = '''"""Data and scores of the tasks beside this file."""

from pathlib import Path

import datasets

from parallelize.harness import FIGURES, data_rows, known_mean, score_row


def load(language, **_):
    rows = data_rows(Path(__file__).parent, language)
    return datasets.DatasetDict({"test": datasets.Dataset.from_list(rows)})


def doc_to_text(doc):
    return f"{doc['system']}\\n\\n{doc['prompt']}" if doc["system"] else doc["prompt"]


def process_results(doc, results):
    return score_row({**doc, "gold": doc["gold"] or None}, results[0])


def mean(values):
    return known_mean(values)
'''


def _lm_eval(task: HarnessTask) -> dict[str, str]:
    files = {"hooks.py": _LM_EVAL_HOOKS}
    figures = "".join(
        f"  - metric: {name}\n    aggregation: !function hooks.mean\n"
        f"    higher_is_better: {'false' if name == 'off_target_rate' else 'true'}\n"
        for name in ("accuracy", "strict_accuracy", "off_target_rate")
    )
    for code in task.rows:
        files[f"{task.name}_{_plain(code)}.yaml"] = (
            f"task: {task.name}_{_plain(code)}\n"
            f"custom_dataset: !function hooks.load\ndataset_kwargs:\n  language: {json.dumps(code)}\n"
            "output_type: generate_until\ntest_split: test\n"
            'doc_to_text: !function hooks.doc_to_text\ndoc_to_target: "{{gold}}"\n'
            "process_results: !function hooks.process_results\n"
            f"generation_kwargs:\n  until: []\n  do_sample: false\n  max_gen_toks: {task.max_tokens}\n"
            f"metric_list:\n{figures}metadata:\n  version: 1\n"
        )
    means = "".join(
        f"  - metric: {name}\n    weight_by_size: false\n"
        for name in ("accuracy", "strict_accuracy", "off_target_rate")
    )
    files[f"{task.name}.yaml"] = (
        f"group: {task.name}\ntask:\n"
        + "".join(f"  - {task.name}_{_plain(code)}\n" for code in task.rows)
        + f"aggregate_metric_list:\n{means}metadata:\n  version: 1\n"
    )
    return files


_LIGHTEVAL = '''"""Tasks for `lighteval … "{first}" --custom-tasks {name}.py`; data lies beside it."""

from pathlib import Path

from lighteval.metrics.metrics_sample import SampleLevelComputation
from lighteval.metrics.utils.metric_utils import SampleLevelMetricGrouping
from lighteval.tasks.lighteval_task import LightevalTaskConfig
from lighteval.tasks.requests import Doc, SamplingMethod

from parallelize.harness import FIGURES, known_mean, score_row

LANGUAGES = {languages}
FOLDER = Path(__file__).parent


def prompt(line, task_name=None):
    return Doc(
        task_name=task_name,
        query=f"{{line['system']}}\\n\\n{{line['prompt']}}" if line["system"] else line["prompt"],
        choices=[line["gold"]],
        gold_index=0,
        specific={{key: value for key, value in line.items() if not key.startswith("__")}},
    )


class Verdict(SampleLevelComputation):
    def compute(self, doc, model_response, **kwargs):
        thinking = model_response.reasonings[0] if model_response.reasonings else None
        row = {{**doc.specific, "gold": doc.specific["gold"] or None}}
        return score_row(row, model_response.text[0], thinking=thinking)


METRIC = SampleLevelMetricGrouping(
    metric_name=list(FIGURES),
    higher_is_better={{name: name != "off_target_rate" for name in FIGURES}},
    category=SamplingMethod.GENERATIVE,
    sample_level_fn=Verdict(),
    corpus_level_fn={{name: known_mean for name in FIGURES}},
)
TASKS_TABLE = [
    LightevalTaskConfig(
        name=f"{name}_{{language.replace('-', '_').lower()}}",
        prompt_function=prompt,
        hf_repo=str(FOLDER / "data" / language),
        hf_subset="default",
        hf_avail_splits=["test"],
        evaluation_splits=["test"],
        generation_size={max_tokens},
        stop_sequence=[],
        metrics=[METRIC],
        version=1,
    )
    for language in LANGUAGES
]
'''


def _lighteval(task: HarnessTask) -> dict[str, str]:
    first = f"{task.name}_{_plain(next(iter(task.rows)))}|0"
    languages = json.dumps(list(task.rows))
    filled = _LIGHTEVAL.format(first=first, name=task.name, languages=languages, max_tokens=task.max_tokens)
    return {f"{task.name}.py": filled}


_INSPECT = '''"""Tasks for `inspect eval {name}.py --model …`; the data lies beside this file."""

from pathlib import Path

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessageSystem, ChatMessageUser, ContentReasoning, GenerateConfig
from inspect_ai.scorer import Metric, SampleScore, Score, Target, metric, scorer
from inspect_ai.solver import TaskState, generate

from parallelize.harness import FIGURES, data_rows, known_mean, score_row

FOLDER = Path(__file__).parent


@metric
def known() -> Metric:
    def mean_of_known(scores: list[SampleScore]) -> float:
        return known_mean(item.score.as_float() for item in scores)

    return mean_of_known


@scorer(metrics={{name: [known()] for name in FIGURES}}, name="parallelize")
def verdict():
    async def score(state: TaskState, target: Target) -> Score:
        message = state.output.message if state.output.choices else None
        parts = message.content if message is not None and isinstance(message.content, list) else []
        thinking = "\\n".join(part.reasoning for part in parts if isinstance(part, ContentReasoning))
        cut = "length" if state.output.choices and state.output.stop_reason == "max_tokens" else None
        text = state.output.completion
        found = score_row(state.metadata, text, thinking=thinking or None, finish_reason=cut)
        values = {{name: float("nan") if value is None else value for name, value in found.items()}}
        return Score(value=values, answer=text[-200:])

    return score


def dataset(language):
    def sample(row):
        turns = [ChatMessageSystem(content=row["system"])] if row["system"] else []
        gold = row["gold"] or None
        return Sample(
            id=row["id"],
            input=[*turns, ChatMessageUser(content=row["prompt"])],
            target=row["gold"],
            metadata={{**row, "gold": gold}},
        )

    rows = data_rows(FOLDER, language)
    return MemoryDataset([sample(row) for row in rows], name=f"{name}_{{language}}")
'''
_INSPECT_TASK = """

@task
def {function}():
    return Task(
        dataset=dataset("{code}"),
        solver=generate(),
        scorer=verdict(),
        config=GenerateConfig(max_tokens={limit}),
    )
"""


def _inspect(task: HarnessTask) -> dict[str, str]:
    tasks = "".join(
        _INSPECT_TASK.format(function=f"{task.name}_{_plain(code)}", code=code, limit=task.max_tokens)
        for code in task.rows
    )
    return {f"{task.name}.py": _INSPECT.format(name=task.name) + tasks}


def _plain(code: str) -> str:
    return code.replace("-", "_").lower()


HARNESSES: Mapping[str, Callable[[HarnessTask], dict[str, str]]] = MappingProxyType(
    {"lm-eval": _lm_eval, "lighteval": _lighteval, "inspect": _inspect}
)
"""Files of a task by their names, without its data, for each harness."""
