"""Languages beside languages that look like them: true sentences stay, those of the neighbour are found."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from parallelize.metrics.foreign import foreign_share, foreign_spans
from parallelize.metrics.language import Status
from parallelize.stages.language import LanguageJudge

ROWS = [
    line.split("\t")
    for line in Path(__file__)
    .parent.parent.joinpath("fixtures", "neighbours.tsv")
    .read_text("utf-8")
    .splitlines()
    if not line.startswith("#")
]
KINDS = sorted({row[0] for row in ROWS})
MIXED = 0.1


def _is_kept(judge: LanguageJudge, language: str, source: str, target: str) -> bool:
    (vote,) = judge.judge([target], language)
    spans = foreign_spans(target, language, source=source, name=judge.named)
    return vote.status is not Status.OFF and (foreign_share(target, spans) or 0.0) < MIXED


@pytest.mark.parametrize("kind", KINDS)
def test_neighbours(language_judge: LanguageJudge, kind: str) -> None:
    counts: Counter[tuple[str, bool]] = Counter()
    for _, language, wanted, source, target in (row for row in ROWS if row[0] == kind):
        kept = _is_kept(language_judge, language, source, target)
        assert kept or wanted == "bad", f"{language}: {target}"
        counts[wanted, kept] += 1
    bad = counts["bad", True] + counts["bad", False]
    # What no word and no letter settles is left undetermined, never dropped and never called on target.
    assert counts["bad", False] >= 0.8 * bad


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Moja baka drži dvanaest kokošaka iza stare štale.", "sr-Latn"),
        ("Koliko jabuka ima u korpi?", "sr"),
        ("Моја бака држи дванаест кокошака иза старе штале.", "sr"),
        ("Hunden sover.", "nb"),
        ("Hvor mye koster fire brød?", "no"),
        ("Kor mange fiskar fekk dei?", "nn"),
        ("Una vaca feliz", "es"),
        ("Resolva a equação.", "pt-BR"),
    ],
)
def test_short_true_sentences_are_never_off_target(
    language_judge: LanguageJudge, text: str, expected: str
) -> None:
    assert language_judge.judge([text], expected)[0].status is not Status.OFF


def test_scripts_and_kinds_of_chinese_are_targets_of_their_own(language_judge: LanguageJudge) -> None:
    latin, cyrillic = "Moja baka drži dvanaest kokošaka.", "Моја бака држи дванаест кокошака."
    simplified, traditional = "这条河很宽，去年冬天桥被冲毁了。", "這條河很寬，去年冬天橋被沖毀了。"
    for text, expected, status in (
        (latin, "sr-Cyrl", Status.OFF),
        (cyrillic, "sr-Latn", Status.OFF),
        (simplified, "zh-Hant", Status.OFF),
        (simplified, "zh-TW", Status.OFF),
        (traditional, "zh-Hans", Status.OFF),
        (simplified, "zh", Status.ON),
        (traditional, "zh", Status.ON),
        (traditional, "zh-HK", Status.ON),
    ):
        assert language_judge.judge([text], expected)[0].status is status, (text, expected)


def test_letters_of_two_scripts_in_a_word_are_found() -> None:
    text = "Млада учитељица је замолила дeцу да напишу нeшто"
    spans = foreign_spans(text, "sr")
    assert [text[span.start : span.end] for span in spans] == ["дeцу", "нeшто"]
    assert foreign_spans("Ось x-координата і 5 км/h, pH води", "uk") == ()
