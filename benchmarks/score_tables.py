"""The tables of docs/evaluation.md: `parallelize score` beside the metrics of others, on real responses.

    python benchmarks/score_tables.py [--only lcb,forced,mcot,long,human,rewards] [--disagreements OUT.jsonl]

lcb     Language Confusion Benchmark, three models, 15 languages: own rates, line and word pass rates, the
        same rates by a straight re-implementation (with jieba, fugashi and unidic-lite installed also by the
        source's own tokenizers), and the responses on which own verdict and line rule differ, by the classes
        that a reader gave them (lcb_disagreements.tsv).
forced  s1.1 told to think in a language: thinking and answer apart, beside MMATH and PolyMath.
mcot    mCoT on MGSM: language, accuracy beside the data's own flags.
long    long English thinking and its translations; scored responses in English and Swahili.
human   human translations as responses: false off-target and false mixed.
rewards speed of the reward functions.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from human_translations import shared_data, translations
from lcb_straight import read_completions, read_words, straight_rates, tokenizers

from parallelize.assemble.judges import first_label, language_judge, likely_labels
from parallelize.assemble.response_files import read_responses
from parallelize.core.rates import Rate
from parallelize.evaluation.estimates import mean_known
from parallelize.evaluation.reference import ReferenceTools, reference_metrics
from parallelize.evaluation.reference_lcb import lcb_counts, lcb_tokens, read_lcb_words
from parallelize.evaluation.reference_math import mmath_metrics
from parallelize.evaluation.responses import Response, ResponseColumns
from parallelize.evaluation.score_report import ModelScore, measure
from parallelize.evaluation.scoring import ResponseVerdict, ScoreOptions, score_responses
from parallelize.metrics.off_target import PartStatus
from parallelize.rewards import accuracy_reward, language_reward
from parallelize.text.thinking import ResponsePart, ThinkingTags

MODELS = ("llama-3-instruct", "command-r-plus", "gpt-4-turbo")
FORCED_TAGS = ThinkingTags(opening="<|im_start|>think", closing="<|im_start|>answer")
LABELS = Path(__file__).with_name("lcb_disagreements.tsv")


def _tools(tags: ThinkingTags | None = None, words: Path | None = None) -> ReferenceTools:
    top, detect = first_label(), likely_labels()
    return ReferenceTools(
        top=top,
        detect=detect,
        identifiers=(top.signature, detect.signature),
        words=None if words is None else read_lcb_words(words),
        tags=tags,
    )


def _judged(
    responses: Sequence[Response], options: ScoreOptions | None = None
) -> tuple[list[ResponseVerdict], ModelScore]:
    settings = options or ScoreOptions()
    codes = tuple(sorted({response.language for response in responses}))
    found = list(score_responses(responses, partial(language_judge, codes), settings, workers=2))
    report = measure(found, file="benchmark", options=settings, detectors=[])
    (model,) = report.models.values()
    return found, model


def _percent(value: object) -> str:
    return "–" if value is None else f"{100 * float(str(value)):.1f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    print(f"\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |")


def _kind(verdict: ResponseVerdict, part: ResponsePart = ResponsePart.ANSWER) -> str:
    found = verdict.parts[part]
    return "mixed" if found.mixed() else found.status.value


# --- Language Confusion Benchmark --------------------------------------------------------------------


def lcb(out: list[dict[str, object]]) -> None:
    """Tables 1 to 4."""
    root = shared_data() / "lcb"
    tools, words, cut = _tools(words=root / "words"), read_words(root / "words"), tokenizers()
    stand_ins = {code: partial(_cut, code) for code in ("zh", "ja")}
    overall, straight, languages = [], [], defaultdict(list)
    pairs: Counter[tuple[str, str, str]] = Counter()
    for name in MODELS:
        path = root / "outputs" / f"{name}.csv"
        rows = read_completions(path)
        responses = read_responses(path, ResponseColumns(fields={"response": "completion"}))
        verdicts, model = _judged(responses, ScoreOptions(lines=True))
        rates = reference_metrics(["lcb"], verdicts, tools)["lcb"]
        assert isinstance(rates, dict)
        for task in ("monolingual", "crosslingual", ""):
            chosen = [v for v, row in zip(verdicts, rows, strict=True) if row["task"] == task or not task]
            overall.append(_lcb_row(name, task or "both", chosen, tools))
        same = straight_rates(rows, words, stand_ins)
        real = straight_rates(rows, words, cut) if cut.keys() == stand_ins.keys() else None
        straight.append(
            (name, *(_percent(rates[key]) for key in ("line_pass_rate", "word_pass_rate")),
             *map(_percent, same[""]), *(map(_percent, real[""]) if real else ("not installed", "")))
        )  # fmt: skip
        for code, cell in model.languages.items():
            tally = cell.tallies[ResponsePart.ANSWER]
            wrong = 1 - rates["languages"][code]["line_pass_rate"]
            languages[code].append(
                f"{_percent(tally.off_target.value)} · {_percent(tally.mixed.value)} · {_percent(wrong)}"
            )
        for verdict, row in zip(verdicts, rows, strict=True):
            rule = _line_rule(verdict, tools)
            pairs[name, rule, _kind(verdict)] += 1
            if _differs(rule, _kind(verdict)):
                place = {"model": name, "row": verdict.response.row, "language": row["language"]}
                out.append({**place, "rule": rule, "own": _kind(verdict), "text": row["completion"]})
    print("\n## Language Confusion Benchmark\n\n1. Own rates (mean of languages) and the benchmark's, in %.")
    _table(
        (
            "model",
            "prompts",
            "off-target",
            "mixed, of on",
            "off or mixed",
            "a line off",
            "1 − LPR",
            "WPR",
            "H",
        ),
        overall,
    )
    print("\n2. Line and word pass rate here, straight re-implementation, and that with jieba and MeCab.")
    _table(("model", "LPR", "WPR", "straight LPR", "WPR", "jieba, MeCab LPR", "WPR"), straight)
    print("\n3. By language: off-target · mixed of on · 1 − LPR, in %.")
    _table(("language", *MODELS), [(code, *cells) for code, cells in sorted(languages.items())])
    print("\n4. Responses by the line rule and own verdict.")
    kinds = ("on", "mixed", "off", "undetermined")
    _table(
        ("model", "line rule", *kinds),
        [
            (name, rule, *(pairs[name, rule, kind] for kind in kinds))
            for name in MODELS
            for rule in ("pass", "fail", "no line")
        ],
    )
    _labelled(out)


def _cut(code: str, line: str) -> list[str]:
    return lcb_tokens(line, code)


def _lcb_row(name: str, task: str, chosen: list[ResponseVerdict], tools: ReferenceTools) -> tuple[str, ...]:
    report = measure(chosen, file="benchmark", options=ScoreOptions(lines=True), detectors=[])
    (model,) = report.models.values()
    rates = reference_metrics(["lcb"], chosen, tools)["lcb"]
    assert isinstance(rates, dict)
    cells = [cell.tallies[ResponsePart.ANSWER] for cell in model.languages.values()]
    either = [
        (tally.off_target.count + tally.mixed.count) / tally.off_target.total
        for tally in cells
        if tally.off_target.total
    ]
    macro = (
        mean_known(tally.off_target.value for tally in cells),
        mean_known(tally.mixed.value for tally in cells),
        mean_known(either),
        mean_known(tally.any_line.value for tally in cells),
    )
    wrong = 1 - float(rates["line_pass_rate"])
    shown = (*macro, wrong, rates["word_pass_rate"], rates["harmonic_mean"])
    return (name, task, *map(_percent, shown))


def _line_rule(verdict: ResponseVerdict, tools: ReferenceTools) -> str:
    response = verdict.response
    counts = lcb_counts([response.response], response.language, tools.top, None)
    return ("fail" if counts.with_line_errors else "pass") if counts.with_lines else "no line"


def _differs(rule: str, own: str) -> bool:
    return own not in {"pass": {"on"}, "fail": {"off", "mixed"}, "no line": {"undetermined"}}[rule]


def _labelled(found: Sequence[dict[str, object]]) -> None:
    """Disagreements by the class that a reader gave each of them."""
    labels = {}
    for line in LABELS.read_text(encoding="utf-8").splitlines()[1:]:
        model, row, label = line.split("\t")
        labels[model, int(row)] = label
    counts = Counter(
        (item["rule"], item["own"], labels.get((str(item["model"]), int(str(item["row"]))), "not read"))
        for item in found
    )
    print("\n5. Responses on which the line rule and the own verdict differ, read one by one.")
    _table(
        ("line rule", "own verdict", "what it is", "responses"),
        [(*key, n) for key, n in sorted(counts.items())],
    )


# --- Thinking and answer apart -----------------------------------------------------------------------


def forced(out: list[dict[str, object]]) -> None:
    """Table 6."""
    columns = ResponseColumns(
        fields={"response": "output", "gold": "gold_answer"}, begin_after="<|im_start|>assistant"
    )
    tools, rows = _tools(FORCED_TAGS), []
    for path in sorted((shared_data() / "langforcing_s1").glob("*/*.jsonl")):
        verdicts, model = _judged(read_responses(path, columns), ScoreOptions(tags=FORCED_TAGS))
        metrics = reference_metrics(["mmath", "polymath"], verdicts, tools)
        cell = model.micro
        rows.append(
            (
                f"{path.parent.name}/{path.stem}",
                *(
                    _counts(cell.tallies[part].counts)
                    for part in (ResponsePart.THINKING, ResponsePart.ANSWER)
                ),
                *(_percent(_get(metrics, "mmath", f"{part}_consistency")) for part in ("thinking", "answer")),
                *(
                    _percent(_get(metrics, "polymath", f"{part}_consistency"))
                    for part in ("thinking", "answer")
                ),
                _percent(cell.accuracy.value if cell.accuracy else None),
                _percent(cell.strict_accuracy.value if cell.strict_accuracy else None),
            )
        )
        out.extend(_apart(path, verdicts, tools))
    print("\n## Thinking and answer apart: s1.1 told to think in a language\n")
    _table(
        ("file", "thinking", "answer", "MMATH thinking", "answer", "PolyMath thinking", "answer", "accuracy",
         "strict"),
        rows,
    )  # fmt: skip


def _get(metrics: dict[str, object], name: str, key: str) -> object:
    found = metrics[name]
    assert isinstance(found, dict)
    return found[key]


def _counts(counts: object) -> str:
    assert isinstance(counts, dict)
    return ", ".join(f"{status.value} {counts[status]}" for status in PartStatus if counts[status])


def _apart(path: Path, verdicts: list[ResponseVerdict], tools: ReferenceTools) -> list[dict[str, object]]:
    """Parts on which the own verdict and MMATH's label differ."""
    found = []
    for verdict in verdicts:
        single = mmath_metrics([verdict.response], tools.top, tools.tags)
        for part in (ResponsePart.THINKING, ResponsePart.ANSWER):
            own = verdict.parts[part].status
            theirs = bool(single[f"{part.value}_consistency"])
            if theirs != (own is PartStatus.ON) and own is not PartStatus.ABSENT:
                place = {"file": f"{path.parent.name}/{path.name}", "row": verdict.response.row}
                found.append({**place, "part": part.value, "own": own.value, "mmath": theirs})
    return found


# --- Accuracy ----------------------------------------------------------------------------------------


def mcot(out: list[dict[str, object]]) -> None:
    """Table 7."""
    rows, tools = [], _tools()
    agreed = total = 0
    for code in ("en", "de", "sw", "th"):
        path = shared_data() / "mcot_outputs" / f"mcot_ft_mgsm_{code}.json"
        flags = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        columns = ResponseColumns(
            fields={"gold": "answer", "prompt": "question"}, constants={"language": code}
        )
        verdicts, model = _judged(read_responses(path, columns))
        metrics = reference_metrics(["mmath", "polymath"], verdicts, tools)
        same = [
            verdict.answer is not None and verdict.answer.correct == flag["result"]
            for verdict, flag in zip(verdicts, flags, strict=True)
        ]
        agreed, total = agreed + sum(same), total + len(same)
        for verdict, flag, equal in zip(verdicts, flags, same, strict=True):
            if not equal and verdict.answer is not None:
                place = {"file": path.name, "row": verdict.response.row, "flag": flag["result"]}
                read = {
                    "value": verdict.answer.value,
                    "source": verdict.answer.source,
                    "gold": flag["answer"],
                }
                out.append({**place, **read, "prediction": flag["prediction"]})
        tally = model.micro.tallies[ResponsePart.ANSWER]
        rows.append(
            (
                code,
                _counts(tally.counts),
                *(_percent(_get(metrics, name, "answer_consistency")) for name in ("mmath", "polymath")),
                _percent(model.micro.accuracy.value if model.micro.accuracy else None),
                _percent(sum(flag["result"] for flag in flags) / len(flags)),
                _percent(model.micro.strict_accuracy.value if model.micro.strict_accuracy else None),
                f"{sum(same)} of {len(same)}",
            )
        )
    print("\n## mCoT on MGSM\n")
    _table(
        ("language", "answer", "MMATH", "PolyMath", "accuracy", "by its flags", "strict", "rows that agree"),
        rows,
    )
    rate = Rate(count=agreed, total=total)
    print(f"\nAgreement: {agreed} of {total}, interval {rate.interval}")


def long(out: list[dict[str, object]]) -> None:
    """Table 8."""
    root, rows = shared_data() / "longcot_mgsm", []
    for code, name, field in (
        ("en", "english_responses.jsonl", "english_response"),
        ("ja", "translated_ja_responses.jsonl", "translated_response"),
        ("sw", "translated_sw_responses.jsonl", "translated_response"),
    ):
        columns = ResponseColumns(fields={"response": field}, constants={"language": code})
        responses = read_responses(root / name, columns)
        started = time.perf_counter()
        verdicts, model = _judged(responses)
        seconds = time.perf_counter() - started
        tally = model.micro.tallies[ResponsePart.RESPONSE]
        single = mmath_metrics([verdict.response for verdict in verdicts], _tools().top)
        size = sum(len(response.response) for response in responses) // len(responses)
        rows.append(
            (name, size, _counts(tally.counts), _percent(tally.mixed.value), _percent(tally.english_share),
             _percent(single["thinking_consistency"]), f"{len(responses) / seconds:.0f}")
        )  # fmt: skip
    print("\n## Long thinking and its machine translations\n")
    _table(
        ("file", "characters", "response", "mixed, %", "English share, %", "MMATH, %", "responses/s"), rows
    )


# --- People's text -----------------------------------------------------------------------------------


def human(out: list[dict[str, object]]) -> None:
    """Table 9."""
    responses = [
        Response(row=row, id=f"{item.name}-{row}", language=item.language, response=text, source=item.name)
        for item in translations(shared_data())
        for row, (_, text) in enumerate(item.pairs, start=1)
    ]
    verdicts, model = _judged(responses)
    print("\n## Human translations as responses\n")
    cells = {code: cell.tallies[ResponsePart.ANSWER] for code, cell in model.languages.items()}
    _table(
        ("language", "responses", "off-target", "undetermined", "mixed"),
        [
            (code, found.total, found.counts[PartStatus.OFF], found.counts[PartStatus.UNDETERMINED],
             found.mixed.count)
            for code, found in cells.items()
        ],
    )  # fmt: skip
    for name, rates in (
        ("off-target", [found.off_target.value for found in cells.values()]),
        ("mixed", [found.mixed.value for found in cells.values()]),
    ):
        print(f"\nMean of {len(rates)} languages, {name}: {100 * (mean_known(rates) or 0.0):.3f} %")
    out.extend(
        {"language": item.response.language, "source": item.response.source, "row": item.response.row,
         "own": _kind(item)}
        for item in verdicts
        if _kind(item) in {"off", "mixed"}
    )  # fmt: skip


def rewards(out: list[dict[str, object]]) -> None:
    """Table 10."""
    rows = []
    for code in ("en", "de", "sw", "th"):
        path = shared_data() / "mcot_outputs" / f"mcot_ft_mgsm_{code}.json"
        found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        texts, gold = [row["response"] for row in found], [str(row["answer"]) for row in found]
        language_reward(completions=texts, language=code)  # models are loaded
        timed = []
        for call in (
            partial(language_reward, completions=texts, language=code),
            partial(accuracy_reward, completions=texts, ground_truth=gold, language=code),
        ):
            started = time.process_time()
            call()
            timed.append(f"{len(texts) / (time.process_time() - started):,.0f}")
        rows.append((code, *timed))
    print("\n## Rewards of mCoT's responses, a second of one core\n")
    _table(("language", "language_reward", "accuracy_reward"), rows)


SECTIONS = {"lcb": lcb, "forced": forced, "mcot": mcot, "long": long, "human": human, "rewards": rewards}


def main() -> None:
    """Print the tables asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(SECTIONS), help="sections, with commas (default: all)")
    parser.add_argument("--disagreements", type=Path, metavar="OUT.jsonl", help="write the rows to read")
    arguments = parser.parse_args()
    found: list[dict[str, object]] = []
    for name in arguments.only.split(","):
        mine: list[dict[str, object]] = []
        SECTIONS[name](mine)
        found.extend({"section": name, **item} for item in mine)
        sys.stdout.flush()
    if arguments.disagreements:
        lines = (json.dumps(item, ensure_ascii=False) + "\n" for item in found)
        arguments.disagreements.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
