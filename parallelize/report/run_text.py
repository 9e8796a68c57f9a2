"""The report of a run as Markdown, readable as plain text too."""

from __future__ import annotations

from collections.abc import Iterator

from parallelize.core.languages import language
from parallelize.core.measures import HEADLINES, MEASURES
from parallelize.report.facts import signature, similarities
from parallelize.report.wording import reason_words
from parallelize.stages.ladder import in_words
from parallelize.store.measurements import Measurements
from parallelize.store.summary import Summary
from parallelize.text.markdown import markdown_table

__all__ = ["markdown_report"]


def markdown_report(summary: Summary, measurements: Measurements | None = None) -> str:
    """Render a summary (`summary.json`) and, if known, what the work cost (`measurements.json`)."""
    parts = ["## Rows", _rows(summary), "", "## Why rows were dropped", _reasons(summary)]
    parts += ["", "## Scores", _scores(summary), "", "## Segments and repairs", _rungs(summary)]
    if measurements is not None:
        parts += ["", "## Work", _work(measurements)]
    return "\n".join(parts) + "\n"


def _name(code: str) -> str:
    return f"{code} {language(code).name}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"


def _rows(summary: Summary) -> str:
    head = ("language", "rows in", "kept", "dropped", "kept %")
    rows = [
        (_name(code), item.rows_in, item.kept, item.dropped, _share(item.kept, item.rows_in))
        for code, item in summary.languages.items()
    ]
    source = summary.source
    return "\n".join(
        [
            markdown_table(head, rows),
            "",
            f"Source rows: {source.rows}, of which {source.rejected} could not be read as records.",
            f"Rows in the parallel view: {summary.parallel_rows}.",
        ]
    )


def _reasons(summary: Summary) -> str:
    rows = [
        (f"{code}: {reason}", count, item.reasons_alone.get(reason, 0), _share(count, item.rows_in))
        for code, item in summary.languages.items()
        for reason, count in item.frequent_reasons
    ]
    if not rows:
        return "No row was dropped."
    found = dict.fromkeys(
        reason for item in summary.languages.values() for reason, _ in item.frequent_reasons
    )
    legend = "\n".join(f"- `{reason}`: {reason_words(reason)}" for reason in found)
    return f"{markdown_table(('reason', 'rows', 'for this alone', 'of rows in'), rows)}\n\n{legend}"


def _scores(summary: Summary) -> str:
    rows = [
        (f"{code}: {name}", d.measured, *(f"{value:.3g}" for value in (d.min, d.p05, d.p50, d.p95, d.max)))
        for code, item in summary.languages.items()
        for name in HEADLINES
        if (d := item.scores.get(name))
    ]
    legend = "\n".join(f"- `{name}`: {MEASURES[name].meaning}" for name in HEADLINES)
    table = markdown_table(("measure", "rows", "min", "5 %", "median", "95 %", "max"), rows)
    return "\n\n".join([table, legend, *_similarity(summary)])


def _similarity(summary: Summary) -> Iterator[str]:
    """Corpus-level figures of what comes back, with the signatures that say how they were computed."""
    found = similarities(summary)
    if found:
        yield "Kept source texts against their translations back, as one corpus:"
        rows = [(code, item.rows, item.bleu, item.chrf) for code, item in found.items()]
        yield markdown_table(("language", "rows", "BLEU", "chrF++"), rows)
        yield f"sacreBLEU `{signature(summary)}`"


def _rungs(summary: Summary) -> str:
    rows: list[tuple[object, ...]] = []
    for code, item in summary.languages.items():
        copied = _share(item.copied_segments, item.segments)
        rows.append((f"{code}: copied (no language in it)", item.copied_segments, copied, "", "", ""))
        rows += [
            (
                f"{code}: {rung} ({in_words(rung)})",
                use.won,
                _share(use.won, item.sent_segments),
                use.tried,
                use.passed,
                f"{use.source_words if use.output_tokens is None else use.output_tokens:,}",
            )
            for rung, use in sorted(item.attempts.items(), key=lambda pair: -pair[1].tried)
        ]
    legend = (
        "Tried, passed: segments on which an attempt of that kind was made, and those whose reply passed the "
        "gates of segments. Work: output tokens of all its replies, failed ones too; source words where the "
        "engine counts no tokens."
    )
    head = ("decided by", "segments", "share", "tried", "passed", "work")
    return markdown_table(head, rows) + "\n\n" + legend


def _speed(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _count(value: int | None) -> str:
    return "not counted" if value is None else f"{value:,}"


def _work(measurements: Measurements) -> str:
    rows = [(f"{name} seconds", f"{value:,.1f}") for name, value in measurements.stages.items()]
    for name, work in measurements.engines.items():
        rows += [
            (f"{name}: words/s", _speed(work.words_per_second)),
            (f"{name}: output tokens/s", _speed(work.output_tokens_per_second)),
        ]
        for pair, part in work.pairs.items():
            counts = {
                "replies": part.replies,
                "of these failed": part.failed,
                "from memory": part.from_memory,
                "source words": part.source_words,
                "input tokens": part.input_tokens,
                "output tokens": part.output_tokens,
            }
            rows += [(f"{name} {pair}: {label}", _count(value)) for label, value in counts.items()]
    if measurements.cost is not None:
        rows.append(("cost at the recipe's prices", f"{measurements.cost:,.2f}"))
    return markdown_table(("what", "last build"), rows)
