"""Line and word pass rates: golden cases, and the re-implementation of benchmarks/lcb_straight.py."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.assemble.judges import first_label
from parallelize.assemble.response_files import read_responses
from parallelize.core.errors import InputError
from parallelize.evaluation.reference_lcb import lcb_counts, lcb_metrics, lcb_tokens, read_lcb_words
from parallelize.evaluation.responses import Response, ResponseColumns

TOP = first_label()
GERMAN = "Heute scheint die Sonne und wir gehen in den Garten."
ENGLISH = "The sun is shining today and we go into the garden."
RUSSIAN = "Сегодня светит солнце, и мы идём гулять в сад."


def _straight() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks/lcb_straight.py"
    spec = importlib.util.spec_from_file_location("lcb_straight", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


STRAIGHT = _straight()


def rows(*items: tuple[str, str, str]) -> list[Response]:
    return [
        Response(row=number, id=str(number), source=source, language=language, response=text)
        for number, (source, language, text) in enumerate(items, start=1)
    ]


def test_a_response_with_one_wrong_line_fails_whole() -> None:
    counts = lcb_counts([f"{GERMAN}\n{ENGLISH}", GERMAN, ENGLISH, "Ja."], "de", TOP, None)
    assert (counts.responses, counts.with_lines, counts.with_line_errors) == (4, 3, 2)
    assert counts.line_pass_rate == pytest.approx(1 / 3)


def test_lines_of_four_tokens_are_not_looked_at() -> None:
    assert lcb_counts([f"{GERMAN}\nThis is the end"], "de", TOP, None).with_line_errors == 0
    assert lcb_counts([f"{GERMAN}\nThis is the very end"], "de", TOP, None).with_line_errors == 1


def test_what_follows_a_new_question_is_cut() -> None:
    assert lcb_counts([f"{GERMAN}\nQ: {ENGLISH}"], "de", TOP, None).with_line_errors == 0


def test_word_rate_is_over_responses_without_line_errors_and_for_six_languages() -> None:
    words = frozenset({"garden"})
    found = lcb_counts([RUSSIAN, f"{RUSSIAN} garden", f"{RUSSIAN} Garden", ENGLISH], "ru", TOP, words)
    assert (found.with_line_errors, found.with_word_errors) == (1, 1)
    assert found.word_pass_rate == pytest.approx(2 / 3)
    assert lcb_counts([GERMAN], "de", TOP, words).word_pass_rate is None


def test_a_group_without_lines_counts_as_passed_as_in_the_source() -> None:
    assert lcb_counts(["", "Ja."], "de", TOP, None).line_pass_rate == 1.0


def test_averages_sources_first_then_languages() -> None:
    found = lcb_metrics(
        rows(
            ("a", "de", GERMAN), ("a", "de", GERMAN), ("a", "de", GERMAN), ("b", "de", ENGLISH),
            ("a", "ru", RUSSIAN),
        ),
        TOP, frozenset({"garden"}),
    )  # fmt: skip
    assert found["line_pass_rate"] == pytest.approx((0.5 + 1.0) / 2)
    assert found["word_pass_rate"] == 1.0
    assert found["harmonic_mean"] == pytest.approx(2 * 0.75 / 1.75)


def test_without_words_the_rate_is_not_computed_and_says_so() -> None:
    found = lcb_metrics(rows(("a", "ru", RUSSIAN)), TOP, None)
    assert found["word_pass_rate"] is None
    assert found["harmonic_mean"] is None
    assert "--lcb-words" in str(found["not_computed"])


def test_reads_the_word_list_as_the_source_filters_it(tmp_path: Path) -> None:
    path = tmp_path / "words"
    path.write_text("Aachen\nabc\nabcd\nabcde's\n\nÉcole\nécole\n", encoding="utf-8")
    assert read_lcb_words(path) == {"abcd", "abcde's", "école"} == STRAIGHT.read_words(path)
    with pytest.raises(InputError, match="cannot read the word list"):
        read_lcb_words(tmp_path / "none")


_PIECES = st.lists(
    st.sampled_from(
        [GERMAN, ENGLISH, RUSSIAN, "Ja.", "garden", "—", "،", "#", "\n", "\nQ: ", " ", "a b c d e"]
    )
    | st.text(max_size=30),
    max_size=8,
)


@given(st.lists(_PIECES.map("".join), min_size=1, max_size=5), st.sampled_from(["de", "ru", "en", "ar"]))
@settings(max_examples=60, deadline=None)
def test_equals_the_straight_re_implementation(texts: list[str], language: str) -> None:
    safe = [text.encode("utf-8", "ignore").decode("utf-8").replace("\x00", "") for text in texts]
    words = {"garden", "shining"}
    table = [{"language": language, "source": "s", "completion": text} for text in safe]
    line, word = STRAIGHT.straight_rates(table, words, {})[""]
    ours = lcb_metrics(rows(*(("s", language, text) for text in safe)), TOP, words)
    assert ours["line_pass_rate"] == pytest.approx(line)
    assert ours["word_pass_rate"] == (None if word is None else pytest.approx(word))


@pytest.mark.shared_data
@pytest.mark.slow
@pytest.mark.parametrize("model", ["llama-3-instruct", "gpt-4-turbo", "command-r-plus"])
def test_equals_the_straight_re_implementation_on_real_completions(shared_data: Path, model: str) -> None:
    path, words = shared_data / "lcb/outputs" / f"{model}.csv", shared_data / "lcb/words"
    ours = lcb_metrics(
        read_responses(path, ResponseColumns(fields={"response": "completion"})), TOP, read_lcb_words(words)
    )
    cut = {code: (lambda line, code=code: lcb_tokens(line, code)) for code in ("zh", "ja")}
    straight = STRAIGHT.straight_rates(STRAIGHT.read_completions(path), STRAIGHT.read_words(words), cut)
    languages = ours["languages"]
    assert isinstance(languages, dict)
    assert languages.keys() == straight.keys() - {""}
    for code, (line, word) in straight.items():
        found = ours if code == "" else languages[code]
        assert found["line_pass_rate"] == pytest.approx(line)
        assert found["word_pass_rate"] == (None if word is None else pytest.approx(word))
