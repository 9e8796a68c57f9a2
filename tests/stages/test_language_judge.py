"""The judge asks no more identifiers than can change its mind, and says what all of them would have said."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.identification import Identification
from parallelize.metrics.language import Status, vote
from parallelize.metrics.neighbours import fold_group, near_groups
from parallelize.stages.language import LanguageJudge

LANGUAGES = st.sampled_from(["de", "nl", "af", "sv", "no", "da", "fr", "en"])
OPINION = st.none() | st.builds(Identification, LANGUAGES, st.floats(0.15, 1.0))


class Recorder:
    """An identifier with fixed opinions that notes what it is asked."""

    def __init__(self, opinions: dict[str, Identification | None]) -> None:
        self.asked: list[str] = []
        self._opinions = opinions

    @property
    def signature(self) -> str:
        return "recorder"

    def supports(self, language: str) -> bool:
        return bool(language)

    def identify(self, texts: Sequence[str]) -> list[Identification | None]:
        self.asked += texts
        return [self._opinions[text] for text in texts]


def _all_asked(one: Identification | None, other: Identification | None, expected: str) -> str | None:
    """What `named` says, written out over both opinions."""
    if one is None or other is None or fold_group(one.language) != fold_group(other.language):
        return None
    near = fold_group(one.language) in near_groups(expected) or fold_group(one.language) == fold_group(
        expected
    )
    return None if near else one.language


@given(st.lists(st.tuples(OPINION, OPINION), max_size=8), LANGUAGES)
def test_pieces_are_named_as_if_both_were_always_asked(
    opinions: list[tuple[Identification | None, Identification | None]], expected: str
) -> None:
    texts = [f"piece {number}" for number in range(len(opinions))]
    first = Recorder({text: one for text, (one, _) in zip(texts, opinions, strict=True)})
    second = Recorder({text: other for text, (_, other) in zip(texts, opinions, strict=True)})
    found = LanguageJudge([first, second]).named(texts, expected)
    assert found == [_all_asked(one, other, expected) for one, other in opinions]
    assert first.asked == texts
    assert set(second.asked) >= {text for text, language in zip(texts, found, strict=True) if language}
    assert len(second.asked) <= len(texts)


def test_the_second_is_not_asked_where_the_first_names_the_expected_language() -> None:
    first = Recorder({"ein Satz": Identification("de", 0.9), "een zin": Identification("nl", 0.9)})
    second = Recorder({"een zin": Identification("nl", 0.8)})
    assert LanguageJudge([first, second]).named(["ein Satz", "een zin"], "de") == [None, "nl"]
    assert second.asked == ["een zin"]


@given(LANGUAGES, LANGUAGES, st.floats(0.15, 1.0), st.floats(0.15, 1.0), OPINION)
def test_two_that_agree_settle_a_vote(
    expected: str, named: str, one: float, other: float, third: Identification | None
) -> None:
    text = "plain words of some language or other"
    agreed = [Identification(named, one), Identification(named, other)]
    if fold_group(named) in near_groups(expected):
        return  # a neighbour takes one more voice
    settled, all_asked = vote(text, expected, agreed), vote(text, expected, [*agreed, third])
    assert (settled.status, settled.language) == (all_asked.status, all_asked.language)


@given(LANGUAGES, OPINION, OPINION, OPINION, OPINION)
def test_a_fourth_is_asked_only_where_three_leave_the_vote_open(
    expected: str,
    one: Identification | None,
    two: Identification | None,
    three: Identification | None,
    four: Identification | None,
) -> None:
    text = "plain words of some language or other"
    panel = [Recorder({text: opinion}) for opinion in (one, two, three, four)]
    (found,) = LanguageJudge(panel).judge([text], expected)
    first_three = vote(text, expected, [one, two, three])
    if expected == "en" and one is not None and one.language == "en" and one.probability >= 0.5:
        assert panel[1].asked == []  # the first settles it alone, as the text has no other language's words
        assert found.status is Status.ON
    elif first_three.status is not Status.UNDETERMINED:
        assert panel[3].asked == []
        assert (found.status, found.language) == (first_three.status, first_three.language)
    elif panel[3].asked:
        by_four = vote(text, expected, [one, two, three, four])
        assert found == by_four or (by_four.status is Status.UNDETERMINED and found.language == "en")
