"""Write `planted_replies.jsonl`: what models say instead of a translation, and right translations.

    python tests/golden/make_planted_replies.py > tests/golden/planted_replies.jsonl

Each line: `id`, `kind`, `source` (English), `target_language`, `reply` (raw, as the instruct profile asks
for it), `finish` (a FinishReason), `expected` (`ok`, or the Reason of a right verdict), `accept` (each Reason
that would be right too: a truncated text has also lost a formula, a copy is also in the wrong language).
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from parallelize.text.prompts import envelope_for

TEXTS = Path(__file__).with_name("planted_texts.toml")
ENGLISH_REFUSAL = "I'm sorry, but I can't help with that request."
ENGLISH_PREAMBLE = "Sure! Here is the translation:"
UNSPACED = {"zh", "ja", "th"}


def rows() -> Iterator[dict[str, object]]:
    """Every planted reply, in a fixed order."""
    texts = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    sources = texts.pop("sources")
    languages = list(texts)
    for number, (code, own) in enumerate(texts.items()):
        other = texts[languages[(number + 5) % len(languages)]]
        for count, row in enumerate([*faithful(sources, own), *faults(sources, own, other, code)]):
            yield {"id": f"{code}-{count:02}", "target_language": code, **row}


def faithful(sources: dict[str, str], own: dict[str, str]) -> Iterator[dict[str, object]]:
    for name, source in sources.items():
        yield row("faithful", source, enveloped(source, own[name]), "ok")


def faults(
    sources: dict[str, str], own: dict[str, str], other: dict[str, str], code: str
) -> Iterator[dict[str, object]]:
    yield from truncations(sources, own, code)
    yield from loops(sources, own)
    yield from words_around(sources, own)
    yield from answers(sources, own)
    yield from envelopes(sources, own)
    for name in ("shop", "even"):
        source = sources[name]
        yield row("untranslated", source, enveloped(source, source), "untranslated", "language")
        yield row("other_language", source, enveloped(source, other[name]), "language", "mixed")
    half = own["aloud"].split(". ")[0] if code not in UNSPACED else own["aloud"].partition("。")[0]
    mixed = f"{half}. {sources['aloud'].partition('. ')[2]}"
    yield row(
        "half_translated",
        sources["aloud"],
        enveloped(sources["aloud"], mixed),
        "mixed",
        "language",
        "untranslated",
    )


def truncations(sources: dict[str, str], own: dict[str, str], code: str) -> Iterator[dict[str, object]]:
    for name, share in (("shop", 0.6), ("even", 0.4)):
        source, text = sources[name], own[name]
        cut = f"{envelope_for(source).reply_open}\n{text[: int(len(text) * share)]}"
        yield row("cut_by_the_limit", source, cut, "engine", finish="length")
        yield row("cut_before_the_end", source, cut, "envelope")
    # The model closes the envelope, but stops in the middle of the text.
    source, text = sources["steps"], own["steps"]
    inside_formula = text[: text.index("15 + 15") + 4]
    yield row(
        "stops_inside_a_formula",
        source,
        enveloped(source, inside_formula),
        "truncated",
        "protected",
        "answer",
        "length",
    )
    source, text = sources["aloud"], own["aloud"]
    yield row(
        "stops_inside_a_sentence",
        source,
        enveloped(source, text[: int(len(text) * 0.3)]),
        "truncated",
        "protected",
        "length",
    )


def loops(sources: dict[str, str], own: dict[str, str]) -> Iterator[dict[str, object]]:
    source, text = sources["apples"], own["apples"]
    looping = text[: len(text) // 2] + " " + own["loop"] * 60
    opened = f"{envelope_for(source).reply_open}\n{looping}"
    yield row("loop_to_the_limit", source, opened, "engine", finish="length")
    yield row("loop_seen_by_the_engine", source, opened, "engine", finish="repetition")
    yield row("loop_that_ends", source, enveloped(source, looping), "repetition", "length")
    stutter = text[:12] + text[12:14] * 200
    yield row("stutter_that_ends", source, enveloped(source, stutter), "repetition", "length")
    twice = " ".join([text] * 8)
    yield row("text_again_and_again", source, enveloped(source, twice), "repetition", "length")


def words_around(sources: dict[str, str], own: dict[str, str]) -> Iterator[dict[str, object]]:
    for name, words in (("apples", own["preamble"]), ("bottles", ENGLISH_PREAMBLE)):
        source, text = sources[name], own[name]
        yield row("preamble_outside", source, f"{words}\n\n{enveloped(source, text)}", "envelope")
        yield row("preamble_inside", source, enveloped(source, f"{words}\n\n{text}"), "preamble")
    source, text = sources["shop"], own["shop"]
    yield row("note_outside", source, f"{enveloped(source, text)}\n\n{own['note']}", "envelope")
    yield row("note_inside", source, enveloped(source, f"{text}\n\n{own['note']}"), "preamble")
    source = sources["roots"]
    yield row(
        "refusal_in_english", source, enveloped(source, ENGLISH_REFUSAL), "preamble", "language", "protected"
    )
    yield row("refusal", source, enveloped(source, own["refusal"]), "preamble", "protected")
    yield row("refusal_outside", source, own["refusal"], "envelope")


def answers(sources: dict[str, str], own: dict[str, str]) -> Iterator[dict[str, object]]:
    source = sources["apples"]
    yield row("solved_instead", source, enveloped(source, own["solved"]), "answered", "protected")
    added = f"{own['apples']}\n\n{own['solution']}"
    yield row("solution_added", source, enveloped(source, added), "answered", "protected", "length")
    source = sources["roots"]
    yield row("equation_solved", source, enveloped(source, own["zeros"]), "answered", "protected")


def envelopes(sources: dict[str, str], own: dict[str, str]) -> Iterator[dict[str, object]]:
    source, text = sources["even"], own["even"]
    envelope = envelope_for(source)
    yield row("no_envelope", source, text, "envelope")
    yield row("wrong_tag", source, f"<translation-000000>\n{text}\n</translation-000000>", "envelope")
    yield row(
        "source_markers", source, f"{envelope.source_open}\n{text}\n{envelope.source_close}", "envelope"
    )
    yield row("two_envelopes", source, f"{enveloped(source, text)}\n{enveloped(source, text)}", "envelope")
    yield row("nothing_inside", source, enveloped(source, ""), "envelope")
    yield row("nothing_at_all", source, "", "envelope")


def enveloped(source: str, text: str) -> str:
    envelope = envelope_for(source)
    return f"{envelope.reply_open}\n{text}\n{envelope.reply_close}"


def row(
    kind: str, source: str, reply: str, expected: str, *also: str, finish: str = "stop"
) -> dict[str, object]:
    accept = [] if expected == "ok" else [expected, *also]
    return {
        "kind": kind,
        "source": source,
        "reply": reply,
        "finish": finish,
        "expected": expected,
        "accept": accept,
    }


if __name__ == "__main__":
    for item in rows():
        sys.stdout.write(json.dumps(item, ensure_ascii=False) + "\n")
