"""Is a translation in the language it should be in, as a whole and sentence by sentence?"""

from __future__ import annotations

import re

from parallelize.core.verdicts import EVIDENCE, Score, scored
from parallelize.metrics.foreign import foreign_share as share_of
from parallelize.metrics.foreign import foreign_spans
from parallelize.metrics.language import Status
from parallelize.metrics.pair import Judge, Pair
from parallelize.metrics.reading import Reading

__all__ = ["foreign_share", "off_target_parts"]


def _judge(pair: Pair) -> Judge:
    if pair.judge is None:
        raise TypeError("a measure of language needs a judge in its pair")
    return pair.judge


def off_target_parts(pair: Pair) -> Score:
    """Parts of the target (thinking and answer, or the text) that the vote calls another language."""
    parts, judge = pair.target.parts, _judge(pair)
    votes = list(judge.judge([text for _, text in parts], pair.target.language))
    for place, (_, text) in enumerate(parts):
        plain = _without_titles(text, pair.source.text) if votes[place].status is Status.OFF else text
        if plain != text and any(map(str.isalpha, plain)):
            (votes[place],) = judge.judge([plain], pair.target.language)
    off = [
        f"{name}: {vote.language or 'another script'} ({vote.evidence})"
        for (name, _), vote in zip(parts, votes, strict=True)
        if vote.status is Status.OFF
    ]
    known = any(vote.status is not Status.UNDETERMINED for vote in votes)
    evidence = "; ".join(off or [vote.evidence for vote in votes])[:EVIDENCE]
    return scored("off_target_parts", float(len(off)) if known else None, evidence)


_TITLE = re.compile(r"[A-Z][\w'’.&-]*(?:\s(?:of|the|and|for|in|on|[A-Z&][\w'’.&-]*))*\s[A-Z][\w'’.&-]*")
"""Two words or more with capitals: Bank of America, The Wall Street Journal."""


def _without_titles(text: str, source: str) -> str:
    """A text without the names of several words that stand in the source as well."""
    return _TITLE.sub(lambda title: " " if title[0].rstrip(".") in source else title[0], text)


_ABOUT_LANGUAGE = re.compile(
    r"""
    \b (?: translat\w* | words? | sentences? | phrases? | letters? | spell\w* | pronounc\w* | rhymes?
         | English | language ) \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_QUOTED = re.compile(
    r"[\"“«](?P<marked>[^\"“”«»\n]{2,400})[\"”»]"  # between quotation marks
    r"|:\s+(?P<last>[^:\n]{2,400}?)[.?!]?\s*$",  # after the last colon of a line
    re.MULTILINE,
)
_SHOWING = '"“«:'
"""What stands before a text that is shown; looked for first, being many times faster."""


def _quoted(source: Reading) -> re.Pattern[str] | None:
    """What a source that speaks of language shows of it, to be found as it is in the target; None for others.

    "Translate into Spanish: The dog sleeps." keeps its sentence.
    """
    if not any(map(source.text.__contains__, _SHOWING)) or _ABOUT_LANGUAGE.search(source.text) is None:
        return None
    shown = {(found["marked"] or found["last"]).strip() for found in _QUOTED.finditer(source.text)}
    return re.compile("|".join(map(re.escape, sorted(shown, key=len, reverse=True)))) if shown else None


def foreign_share(pair: Pair) -> Score:
    """Share of the letters of a part that stand in spans of another language; of the worst part."""
    worst, evidence = None, ""
    quoted = pair.source.once(_quoted)
    for _, part in pair.target.parts:
        text = quoted.sub(" ", part) if quoted is not None else part
        spans = foreign_spans(
            text,
            pair.target.language,
            source=pair.source.prose,
            source_language=pair.source.language,
            name=_judge(pair).named,
        )
        share = share_of(text, spans)
        if share is not None and (worst is None or share > worst):
            worst = share
            evidence = "; ".join(f"{span.language}: {text[span.start : span.end]}" for span in spans)
    return scored("foreign_share", worst, evidence[:EVIDENCE])
