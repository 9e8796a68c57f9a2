"""The files of a task for an evaluation harness: rows as data, and lines of Python that call our metric.

What each harness reads was read in its sources: lm-evaluation-harness 0.4.13 (`lm_eval/api/task.py`),
huggingface/lighteval 0.13.0 (`lighteval/tasks/lighteval_task.py`), UKGovernmentBEIS/inspect_ai 0.3.285.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from types import MappingProxyType

from parallelize.core.trees import JsonObject
from parallelize.store.json_files import fields_of

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
        filled = {"gold": self.gold or "", "choices": list(self.choices), "level": self.level or ""}
        return fields_of(self) | filled


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


def _lm_eval(task: HarnessTask) -> dict[str, str]:
    found = {"hooks.py": _filled("lm_eval.txt")}
    figures = "".join(
        f"  - metric: {name}\n    aggregation: !function hooks.mean\n"
        f"    higher_is_better: {'false' if name == 'off_target_rate' else 'true'}\n"
        for name in ("accuracy", "strict_accuracy", "off_target_rate")
    )
    for code in task.rows:
        found[f"{task.name}_{_plain(code)}.yaml"] = (
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
    found[f"{task.name}.yaml"] = (
        f"group: {task.name}\ntask:\n"
        + "".join(f"  - {task.name}_{_plain(code)}\n" for code in task.rows)
        + f"aggregate_metric_list:\n{means}metadata:\n  version: 1\n"
    )
    return found


def _lighteval(task: HarnessTask) -> dict[str, str]:
    first = f"{task.name}_{_plain(next(iter(task.rows)))}|0"
    languages = json.dumps(list(task.rows))
    filled = _filled(
        "lighteval.txt", first=first, name=task.name, languages=languages, max_tokens=task.max_tokens
    )
    return {f"{task.name}.py": filled}


def _inspect(task: HarnessTask) -> dict[str, str]:
    tasks = [
        _filled("inspect_task.txt", function=f"{task.name}_{_plain(code)}", code=code, limit=task.max_tokens)
        for code in task.rows
    ]
    return {f"{task.name}.py": "".join([_filled("inspect.txt", name=task.name), *tasks])}


def _filled(template: str, **values: object) -> str:
    """A file of Python for a harness, from its template in `harness_tasks/`."""
    text = files("parallelize.stages").joinpath("harness_tasks", template).read_text(encoding="utf-8")
    return Template(text).substitute(values)


def _plain(code: str) -> str:
    return code.replace("-", "_").lower()


HARNESSES: Mapping[str, Callable[[HarnessTask], dict[str, str]]] = MappingProxyType(
    {"lm-eval": _lm_eval, "lighteval": _lighteval, "inspect": _inspect}
)
"""Files of a task by their names, without its data, for each harness."""
