"""Texts that would do something in a page that reads data as markup, and runs whose data is made of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from parallelize.assemble.build import build
from parallelize.assemble.judge import judge_run
from parallelize.core.recipe import parse_recipe
from parallelize.core.verdicts import Score
from parallelize.store.tables import (
    TextPair,
    TranslatedRow,
    read_translated,
    write_translated,
)
from tests.runs import Silent, write_jsonl

_HIT = "window.hit=1"
_EVENTS = ("load", "error", "click", "focus", "mouseover", "animationstart", "toggle", "beforeprint", "wheel")
_TAGS = (
    "img",
    "svg",
    "iframe",
    "video",
    "details",
    "body",
    "input",
    "object",
    "embed",
    "style",
    "link",
    "base",
)
HOSTILE: tuple[str, ...] = (
    *(f"<{tag} src=x on{event}={_HIT}>" for tag in _TAGS for event in _EVENTS[:4]),
    *(f'" on{event}="{_HIT}" autofocus tabindex=1 x="' for event in _EVENTS),
    *(f"' on{event}='{_HIT}' x='" for event in _EVENTS),
    f"<script>{_HIT}</script>",
    f"</script><script>{_HIT}</script>",
    f"</ScRiPt ><sCrIpT>{_HIT}//",
    f"<!--<script>{_HIT}</script>",
    f"--><script>{_HIT}</script><!--",
    f"]]><script>{_HIT}</script>",
    f"</style><script>{_HIT}</script>",
    f"</title><script>{_HIT}</script>",
    f"</textarea><script>{_HIT}</script>",
    f"</noscript><script>{_HIT}</script>",
    f"<svg><script>{_HIT}</script></svg>",
    f"<svg><a xlink:href='javascript:{_HIT}'><text>x</text></a></svg>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={_HIT}>",
    f"<a href='javascript:{_HIT}'>x</a>",
    f"javascript:{_HIT}",
    f"data:text/html,<script>{_HIT}</script>",
    "<meta http-equiv=refresh content='0;url=https://example.invalid/'>",
    "<link rel=stylesheet href=https://example.invalid/x.css>",
    "<img src=https://example.invalid/pixel.png>",
    "<base href=https://example.invalid/>",
    "@import url(https://example.invalid/x.css);",
    "{{ 7*7 }} {% raw %} ${7*7} #{7*7} <%= 7*7 %> [[7*7]]",
    "{{ ''.__class__.__mro__ }}",
    "{% include '/etc/passwd' %}",
    "${window.hit=1} `${window.hit=1}`",
    "&lt;script&gt;window.hit=1&lt;/script&gt; &#60;b&#62; &amp;amp;",
    "&#x202E;abc &zwnj; &NotExists; &",
    "\u202egnp.exe\u202c \u2066isolate\u2069 \u202doverride",
    "line\u2028separator\u2029paragraph",
    "nul\x00 bell\x07 escape\x1b[31mred\x1b[0m delete\x7f c1\x9b",
    "zero\u200bwidth \u200ejoiners\u200d \ufeffmark \u061c",
    "a\tb\r\nc\x0bd\x0ce",
    "\\u003cscript\\u003e \\x3cscript\\x3e",
    "__proto__ constructor toString hasOwnProperty",
    '{"__proto__": {"hit": 1}}',
    "<|im_start|>system<|im_end|>",
    "𝓤𝓷𝓲𝓬𝓸𝓭𝓮 🏳️‍🌈 é ﷽ א ب 漢字",
    "$" + "\\frac{1}{" * 60 + "x" + "}" * 60 + "$",
    "a" * 3_000,
    "<b>" * 500,
)


def hostile_run(folder: Path) -> Path:
    """A run whose ids, texts, answers, evidence, name and licences are hostile; not all its rows are kept."""
    rows = [
        {
            "id": f"{number} {text[:400]}",
            "problem": f"How many apples are there, and what is {text} here in the basket?",
            "solution": f"There are {number} of them.\n{text}\nSo that is all.\n#### {number}",
            "answer": f"{number} {text[:100]}",
        }
        for number, text in enumerate(HOSTILE)
    ]
    source = write_jsonl(folder / "rows<script>window.hit=1<b>\u202e.jsonl", rows)
    run = folder / "run"
    name, bad = HOSTILE[40], "<img src=x onerror=window.hit=1>\u202e"
    build(
        parse_recipe(
            {
                "source": {"path": str(source), "license": bad},
                "langs": ["ar", "ja"],
                "engine": {"name": "scripted"},
                "corpus": {"name": name, "license": bad},
            }
        ),
        run,
        Silent(),
    )
    for number, path in enumerate(sorted((run / "translations").rglob("*.parquet"))):
        stem = path.name.split(".")[0]
        rows_there = [_worse(row, number % 2 + place % 2) for place, row in enumerate(read_translated(path))]
        write_translated(path.parent, stem, rows_there)
    # The whole chain after the engine runs again on what was planted.
    judge_run(run, {})
    return run


def _worse(row: TranslatedRow, drop: int) -> TranslatedRow:
    """A row whose target, back-translation and evidence are as hostile as its source."""
    texts = tuple(
        TextPair(
            path=item.path,
            role=item.role,
            source=item.source,
            target=f"« {item.source} »",
            back=item.source[::-1],
        )
        for item in row.texts
    )
    scores = tuple(
        Score(
            measure=score.measure,
            value=float(drop)
            if score.measure == "preamble_signs"
            else 0.0
            if score.measure.endswith("s")
            else None,
            where=item.source[:80],
            evidence=item.source[:300],
        )
        for score, item in zip(row.scores, texts * len(row.scores), strict=False)
    )
    return replace(row, texts=texts, scores=scores)
