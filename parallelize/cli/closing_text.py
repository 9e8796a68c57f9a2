"""The lines in which a build ends: what was kept and why not, a row of each fate, and what comes next."""

from __future__ import annotations

import shutil
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from parallelize.cli.console import plain
from parallelize.cli.progress import clock
from parallelize.core.errors import GateFailure
from parallelize.core.languages import language
from parallelize.core.measures import MEASURES
from parallelize.core.messages import shortened
from parallelize.report.wording import engine_words, kept_words, reading_words, reason_words
from parallelize.store.manifest import read_manifest

if TYPE_CHECKING:
    from parallelize.assemble.judge_preview import JudgedExample
    from parallelize.store.run import RunDirectory
    from parallelize.store.summary import LanguageFigures, Spread, Summary

__all__ = ["closing_text", "refuse_empty"]

_NARROWEST, _WIDEST = 40, 160
_MOST_LANGUAGES = 4
_TOP = 3


def closing_text(run: RunDirectory, summary: Summary, code: str, seconds: float) -> str:
    """What a person wants to know at the end of a build.

    Args:
        code: language of which a kept and a dropped row are shown.
    """
    from parallelize.assemble.judge_preview import examples

    shown = [item for item in examples(run.root, code) if item is not None]
    width = min(_WIDEST, max(_NARROWEST, shutil.get_terminal_size((100, 24)).columns))
    lines = _languages(summary.languages)
    lines += _labelled("Why", _reasons(summary.languages), width)
    lines += [line for item in shown for line in _example(item, width)]
    lines += _labelled("Engine", _engines(run), width)
    lines += _labelled("Meaning", [kept_words(summary)], width)
    lines.append(f"Time    {clock(seconds)}; rows read {summary.source.rows:,}{_unread(summary)}")
    first = next(iter(summary.languages), "")
    lines.append(f"Corpus  {run.corpus}  (datasets.load_dataset({str(run.corpus)!r}, {first!r}))")
    lines.append(f"Report  {run.report}  (for a browser; here: parallelize report {run.root})")
    if any(figures.dropped for figures in summary.languages.values()):
        lines.append(f"Rejects {run.rejects}  (every dropped row with its reasons, evidence and texts)")
    next_steps = (f"judge {run.root} --dry-run --min-chrf 60", f"export {run.root} --format trl-sft")
    lines.append(f"Next    parallelize {'  ·  parallelize '.join(next_steps)}")
    return plain("\n".join(lines))


def refuse_empty(run: RunDirectory, summary: Summary) -> None:
    """End with a failure where a build kept no row in any language: whoever goes on needs rows.

    Raises:
        GateFailure: nothing was kept; the message has the commonest reasons.
    """
    found = summary.languages
    if any(figures.kept for figures in found.values()) or not any(item.rows_in for item in found.values()):
        return
    why = [
        f"{code}: {', '.join(reason for reason, _ in figures.frequent_reasons[:3])}"
        for code, figures in found.items()
    ]
    raise GateFailure(
        f"no row was kept ({'; '.join(why)})",
        remedy=f"`parallelize report {run.root}` shows dropped rows with their reasons",
    )


def _languages(found: Mapping[str, LanguageFigures]) -> list[str]:
    """One line a language; of many, the ones that kept least, and what the others kept together."""
    order = sorted(found.items(), key=lambda item: item[1].kept / max(1, item[1].rows_in))
    shown = [_language(code, figures) for code, figures in order[:_MOST_LANGUAGES]]
    rest = order[_MOST_LANGUAGES:]
    if rest:
        kept, rows = sum(item.kept for _, item in rest), sum(item.rows_in for _, item in rest)
        shown.append(f"{len(rest)} more languages: kept {kept:,} of {rows:,}")
    return shown


def _language(code: str, figures: LanguageFigures) -> str:
    share = f" ({figures.kept / figures.rows_in:.1%})" if figures.rows_in else ""
    top = ", ".join(f"{reason} {count:,}" for reason, count in figures.frequent_reasons[:_TOP])
    dropped = f"; dropped {figures.dropped:,}: {top}" if figures.dropped else ""
    stayed = "".join(
        f"; {count:,} {measure.stays}"
        for measure in MEASURES.values()
        if measure.stays and (count := _total(figures.scores.get(measure.name)))
    )
    return (
        f"{code} {language(code).name}: kept {figures.kept:,} of {figures.rows_in:,}{share}{dropped}{stayed}"
    )


def _reasons(found: Mapping[str, LanguageFigures]) -> list[str]:
    """The names of reasons that `_languages` shows, in words."""
    counts: Counter[str] = Counter()
    for figures in found.values():
        counts.update(dict(figures.frequent_reasons[:_TOP]))
    return [f"{reason}: {reason_words(reason)}" for reason, _ in counts.most_common(_TOP)]


def _engines(run: RunDirectory) -> list[str]:
    """Who translated, and how it did where people read what it made."""
    used = [entry.engine for entry in read_manifest(run.manifest).languages.values()]
    return list(dict.fromkeys([*map(engine_words, used), *filter(None, map(reading_words, used))]))


def _labelled(label: str, texts: Sequence[str], width: int) -> list[str]:
    """Texts under one another behind a label, wrapped; nothing of no texts."""
    lines = [line for text in texts for line in textwrap.wrap(text, width - 8, subsequent_indent="  ")]
    return [f"{label if at == 0 else '':<8}{line}" for at, line in enumerate(lines)]


def _total(found: Spread | None) -> int:
    """The sum of a count over the rows."""
    return 0 if found is None else round(found.mean * found.measured)


def _unread(summary: Summary) -> str:
    rejected = summary.source.rejected
    return f", {rejected:,} set aside (rejects/source.parquet says why)" if rejected else ""


def _example(item: JudgedExample, width: int) -> list[str]:
    fate = "Kept" if item.kept else "Dropped"
    head = f"{fate:<8}{item.id}" + (f" — {item.why}" if item.why else "")
    label = max(len(item.code), 2)
    return [
        _short(head, width),
        _short(f"        {'en':<{label}} {item.source}", width),
        _short(f"        {item.code:<{label}} {item.target}", width),
    ]


def _short(text: str, width: int) -> str:
    return shortened(" ".join(text.split(" ")).replace("\n", " ⏎ "), width)
