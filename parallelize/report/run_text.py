"""The report of a run as Markdown, readable as plain text too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from parallelize.core.languages import language
from parallelize.core.measures import HEADLINES, MEASURES

__all__ = ["markdown_report", "markdown_table"]


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """An aligned Markdown table; the first column is text, the others are numbers."""
    body = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    widths = [max(3, *(len(row[i]) for row in [list(head), *body])) for i in range(len(head))]
    lines = [[*head], ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])], *body]
    return "\n".join(
        "| "
        + " | ".join(
            c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True))
        )
        + " |"
        for line in lines
    )


def markdown_report(summary: Mapping[str, Any], measurements: Mapping[str, Any] | None = None) -> str:
    """Render a summary (`summary.json`) and, if known, what the work cost (`measurements.json`)."""
    parts = [
        "## Rows",
        _rows(summary),
        "",
        "## Why rows were dropped",
        _reasons(summary),
        "",
        "## Scores",
        _scores(summary),
    ]
    parts += ["", "## Segments and repairs", _rungs(summary)]
    if measurements:
        parts += ["", "## Work", _work(measurements)]
    return "\n".join(parts) + "\n"


def _name(code: str) -> str:
    return f"{code} {language(code).name}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"


def _rows(summary: Mapping[str, Any]) -> str:
    source = summary["source"]
    table = markdown_table(
        ("language", "rows in", "kept", "dropped", "kept %"),
        [
            (
                _name(code),
                item["rows_in"],
                item["kept"],
                item["dropped"],
                _share(item["kept"], item["rows_in"]),
            )
            for code, item in summary["languages"].items()
        ],
    )
    lines = [
        table,
        "",
        f"Source rows: {source['rows']}, of which {source['rejected']} could not be read as records.",
    ]
    lines.append(f"Rows in the parallel view: {summary['parallel_rows']}.")
    return "\n".join(lines)


def _reasons(summary: Mapping[str, Any]) -> str:
    rows = [
        (f"{code}: {reason}", count, item["reasons_alone"].get(reason, 0), _share(count, item["rows_in"]))
        for code, item in summary["languages"].items()
        for reason, count in sorted(item["reasons"].items(), key=lambda pair: -pair[1])
    ]
    return markdown_table(("reason", "rows", "alone", "of rows in"), rows) if rows else "No row was dropped."


def _scores(summary: Mapping[str, Any]) -> str:
    rows = [
        (f"{code}: {name}", d["measured"], *(f"{d[key]:.3g}" for key in ("min", "p05", "p50", "p95", "max")))
        for code, item in summary["languages"].items()
        for name in HEADLINES
        if (d := item["scores"].get(name))
    ]
    legend = "\n".join(f"- `{name}`: {MEASURES[name].meaning}" for name in HEADLINES)
    return markdown_table(("measure", "rows", "min", "5 %", "median", "95 %", "max"), rows) + "\n\n" + legend


def _rungs(summary: Mapping[str, Any]) -> str:
    rows = []
    for code, item in summary["languages"].items():
        sent = item["segments"] - item["copied_segments"]
        rows.append(
            (
                f"{code}: copied (no language in it)",
                item["copied_segments"],
                _share(item["copied_segments"], item["segments"]),
                *("",) * 3,
            )
        )
        rows += [
            (
                f"{code}: {rung}",
                use["won"],
                _share(use["won"], sent),
                use["tried"],
                use["passed"],
                f"{use['source_words']:,}" if use["output_tokens"] is None else f"{use['output_tokens']:,}",
            )
            for rung, use in sorted(item["attempts"].items(), key=lambda pair: -pair[1]["tried"])
        ]
    legend = (
        "Tried, passed: segments on which an attempt of that kind was made, and those whose reply passed the "
        "gates of segments. Work: output tokens of all its replies, failed ones too; source words where the "
        "engine counts no tokens."
    )
    head = ("decided by", "segments", "share", "tried", "passed", "work")
    return markdown_table(head, rows) + "\n\n" + legend


_PAIR_ROWS = (
    ("replies", "replies"),
    ("of these failed", "failed"),
    ("from memory", "from_memory"),
    ("source words", "source_words"),
    ("input tokens", "input_tokens"),
    ("output tokens", "output_tokens"),
)


def _speed(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _count(value: int | None) -> str:
    return "not counted" if value is None else f"{value:,}"


def _work(measurements: Mapping[str, Any]) -> str:
    rows = [(f"{name} seconds", f"{value:,.1f}") for name, value in measurements.get("stages", {}).items()]
    for name, work in measurements.get("engines", {}).items():
        rows += [
            (f"{name}: words/s", _speed(work["words_per_second"])),
            (f"{name}: output tokens/s", _speed(work["output_tokens_per_second"])),
        ]
        for pair, part in work["pairs"].items():
            rows += [(f"{name} {pair}: {label}", _count(part[key])) for label, key in _PAIR_ROWS]
    if measurements.get("cost") is not None:
        rows.append(("cost at the recipe's prices", f"{measurements['cost']:,.2f}"))
    return markdown_table(("what", "last build"), rows)
