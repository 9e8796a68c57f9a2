"""Measure translations: segments while they are made, rows when they are whole. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from parallelize.core.measures import MEASURES, Fold
from parallelize.core.ports import LanguageIdentifier
from parallelize.core.verdicts import Score
from parallelize.metrics import fidelity
from parallelize.metrics.foreign import foreign_share, foreign_spans
from parallelize.metrics.language import Status
from parallelize.metrics.similarity import SegmentStatistics, bleu_score, chrf_score, segment_statistics
from parallelize.stages.language import LanguageJudge
from parallelize.metrics.omission import omitted_sentences
from parallelize.metrics.values import announces_new_answer, answer_faults, number_faults
from parallelize.text.formulas import formula_difference
from parallelize.text.protect import readable_prose, span_difference
from parallelize.text.thinking import split_response

__all__ = ["Scorer"]

_WORST_SEGMENT_CHARACTERS = 40
_EVIDENCE = 200
_ADDED_UP = (Fold.SUM, Fold.SEGMENTS)
_REMEMBERED, _LONGEST_REMEMBERED = 4096, 500
"""Texts whose scores are kept, as many as a build has segments under way, and their characters: 30 MB."""
_prose = lru_cache(maxsize=4096)(readable_prose)


class Scorer:
    """Measures of `core.measures.MEASURES` on translations. Holds no threshold; safe to share."""

    def __init__(self, identifiers: Sequence[LanguageIdentifier], *, exact_spans: bool = True) -> None:
        """Take the panel of language identifiers, cheapest first (`identifiers.panel.default_panel`).

        Args:
            identifiers: two or more.
            exact_spans: whether protected spans must come back sign by sign, as they do where they were
                masked and restored. False compares formulas by content (`text.formulas`): for
                translations by people and by other programs.

        Raises:
            InputError: fewer than two identifiers.
        """
        self._languages = LanguageJudge(identifiers)
        self._difference = span_difference if exact_spans else formula_difference
        self._remembered: Callable[..., tuple[Score, ...]] = lru_cache(maxsize=_REMEMBERED)(self._measured)

    @property
    def signature(self) -> str:
        """Identifiers with versions and digests, for the manifest."""
        return self._languages.signature

    def score_segment(
        self, source: str, target: str, *, source_language: str, target_language: str
    ) -> tuple[Score, ...]:
        """Measure one reply. Measures that need a whole row are not among the scores.

        Args:
            source: the segment, with its formulas.
            target: its translation, placeholders put back.
            source_language: code of the source's language.
            target_language: code of the target's language.
        """
        return self._text_scores(source, target, source_language, target_language)

    def score_row(
        self,
        texts: Sequence[tuple[str, str, str]],
        *,
        source_language: str,
        target_language: str,
        source_answer: str | None = None,
        back_translations: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    ) -> tuple[Score, ...]:
        """Measure a whole row: the worst value of each measure, and the text it was found in.

        Args:
            texts: (path, source, target) of every text of the row.
            source_language: code of the source's language.
            target_language: code of the target's language.
            source_answer: the row's short answer, in source form; None if it has none.
            back_translations: (source segment, back-translated segment) by path; None if nothing was
                translated back, and the measures of it are then left out.

        Returns:
            One score for each measure, in the order of `MEASURES`. Parts off target and faults of
            protected spans are added up over the texts; of everything else the worst text counts.
        """
        found: dict[str, list[tuple[str, Score]]] = {}
        for path, source, target in texts:
            for score in self._text_scores(source, target, source_language, target_language):
                found.setdefault(score.measure, []).append((path, score))
        scores = {name: _worst(name, group) for name, group in found.items()}
        answer = answer_faults(texts, source_language, target_language, source_answer)
        scores[answer.measure] = answer
        if back_translations is not None:
            scores.update({score.measure: score for score in _back_scores(back_translations)})
        return tuple(scores[name] for name in MEASURES if name in scores)

    def back_chrf(self, source: str, back: str) -> float | None:
        """ChrF++ (0–100) of one back-translated segment, on its prose; None if the source has no prose."""
        ours, theirs = _prose(source), _prose(back)
        if not any(map(str.isalpha, ours)):
            return None
        return chrf_score([segment_statistics(theirs, ours)])

    def _text_scores(
        self, source: str, target: str, source_language: str, target_language: str
    ) -> tuple[Score, ...]:
        """Scores of a text. A text of one segment is asked for twice: when that is made and with its row."""
        measured = self._remembered if len(source) <= _LONGEST_REMEMBERED else self._measured
        return measured(source, target, source_language, target_language)

    def _measured(
        self, source: str, target: str, source_language: str, target_language: str
    ) -> tuple[Score, ...]:
        empty = fidelity.empty_fields(source, target)
        if empty.value:
            return (empty,)
        ours, theirs = _prose(source), _prose(target)
        length = fidelity.length_deviation(ours, theirs, source_language, target_language)
        if len(target) - len(theirs) > len(source) - len(ours):  # what the source says may be a formula here
            whole = fidelity.length_deviation(source, target, source_language, target_language)
            length = min(length, whole, key=lambda score: score.value or 0.0)
        return (
            empty,
            self._protected(source, target),
            number_faults(source, target, source_language, target_language),
            length,
            self._omission(source, target, source_language, target_language),
            fidelity.repetition(source, target),
            *self._language_scores(source, target, source_language, target_language),
            fidelity.copy_similarity(ours, theirs)
            if source_language != target_language
            else Score(measure="copy_similarity", value=None),
            fidelity.answered_signs(
                source,
                target,
                length=length,
                new_answer=announces_new_answer(source, target, source_language, target_language),
            ),
            fidelity.preamble_signs(source, target, language=target_language),
            fidelity.truncation_signs(source, target, length=length),
            fidelity.character_faults(source, target),
        )

    @staticmethod
    def _omission(source: str, target: str, source_language: str, target_language: str) -> Score:
        if source_language == target_language:
            return Score(measure="omission", value=None)
        if "\\" not in source and "[asy]" not in source:
            return omitted_sentences(source, target, source_language, target_language)
        ours, theirs = _prose(source), _prose(target)
        return omitted_sentences(ours, theirs, source_language, target_language, formulas=True)

    def _protected(self, source: str, target: str) -> Score:
        difference = self._difference(source, target)
        seen = [f"lost {item}" for item in difference.lost]
        seen.extend(f"added {item}" for item in difference.added)
        evidence = "; ".join(seen)[:_EVIDENCE]
        return Score(measure="protected_faults", value=float(difference.count), evidence=evidence)

    def _language_scores(
        self, source: str, target: str, source_language: str, target_language: str
    ) -> Iterator[Score]:
        parts = [(name, _prose(text)) for name, text in _parts(target)]
        votes = self._languages.judge([text for _, text in parts], target_language)
        known = [vote for vote in votes if vote.status is not Status.UNDETERMINED]
        off = [
            f"{name}: {vote.language or 'another script'} ({vote.evidence})"
            for (name, _), vote in zip(parts, votes, strict=True)
            if vote.status is Status.OFF
        ]
        value = float(len(off)) if known else None
        evidence = "; ".join(off) if off else "; ".join(vote.evidence for vote in votes)
        yield Score(measure="off_target_parts", value=value, evidence=evidence[:_EVIDENCE])
        yield self._foreign(parts, _prose(source), source_language, target_language)

    def _foreign(
        self, parts: Sequence[tuple[str, str]], source: str, source_language: str, target_language: str
    ) -> Score:
        worst, evidence = None, ""
        for _, text in parts:
            spans = foreign_spans(
                text,
                target_language,
                source=source,
                source_language=source_language,
                name=self._languages.named,
            )
            share = foreign_share(text, spans)
            if share is not None and (worst is None or share > worst):
                worst = share
                evidence = "; ".join(f"{span.language}: {text[span.start : span.end]}" for span in spans)
        return Score(measure="foreign_share", value=worst, evidence=evidence[:_EVIDENCE])


def _parts(text: str) -> list[tuple[str, str]]:
    """The thinking of a response and the rest of it, each to be in the right language by itself."""
    split = split_response(text)
    if split.thinking is None:
        return [("text", text)]
    return [("thinking", split.thinking), ("response", split.answer or "")]


def _worst(name: str, group: Sequence[tuple[str, Score]]) -> Score:
    """The highest value of a measure with the path of its text; counts that add up are added up."""
    path, worst = group[0]
    total: float | None = worst.value
    for other_path, score in group[1:]:
        if score.value is None:
            continue
        total = score.value if total is None else total + score.value
        if worst.value is None or score.value > worst.value:
            path, worst = other_path, score
    if not worst.value:
        return worst
    value = total if MEASURES[name].fold in _ADDED_UP else worst.value
    return Score(measure=name, value=value, where=path, evidence=worst.evidence)


def _back_scores(pairs: Mapping[str, Sequence[tuple[str, str]]]) -> Iterator[Score]:
    kept: list[SegmentStatistics] = []
    worst: tuple[float, str, str] | None = None
    for path, segments in pairs.items():
        for number, (source, back) in enumerate(segments):
            ours, theirs = _prose(source), _prose(back)
            if not any(map(str.isalpha, ours)):
                continue
            statistics = segment_statistics(theirs, ours)
            kept.append(statistics)
            score = chrf_score([statistics])
            if len(ours) >= _WORST_SEGMENT_CHARACTERS and score is not None:
                place = (score, f"{path}#{number}", theirs[:_EVIDENCE])
                worst = place if worst is None or place[0] < worst[0] else worst
    yield Score(measure="back_chrf", value=chrf_score(kept), evidence=f"{len(kept)} segments")
    if worst is None:
        yield Score(measure="back_chrf_worst", value=None)
    else:
        yield Score(measure="back_chrf_worst", value=worst[0], where=worst[1], evidence=worst[2])
    yield Score(measure="back_bleu", value=bleu_score(kept), evidence=f"{len(kept)} segments")
