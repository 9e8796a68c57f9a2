"""Each measure sees its own damage, leaves sound translations alone, and never raises."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.language_pair import LanguagePair
from parallelize.core.measures import MEASURES
from parallelize.core.verdicts import Score
from parallelize.metrics import fidelity
from parallelize.metrics.lengths import length_bound, length_of, size_of
from parallelize.metrics.pair import Pair
from parallelize.metrics.repeated import repetition
from parallelize.metrics.repetition import longest_loop, loop_share

ANY_TEXT = st.text(st.characters(), max_size=200)  # lone surrogates included
SOURCE = (
    "Anna picked twelve apples in the garden this morning and gave five of them to her brother. "
    "How many apples does she have left?"
)
GERMAN = (
    "Anna hat heute Morgen im Garten zwölf Äpfel gepflückt und ihrem Bruder fünf davon gegeben. "
    "Wie viele Äpfel hat sie noch übrig?"
)
MATH = r"If $\frac{1}{2}x = 3$, then $x = \boxed{6}$."


def _pair(source: str, target: str, language: str = "de") -> Pair:
    return Pair.of(source, target, ("en", language))


def _value(score: Score) -> float:
    assert score.value is not None
    return score.value


def test_empty() -> None:
    assert fidelity.empty_fields(_pair(SOURCE, " \n")).value == 1
    assert fidelity.empty_fields(_pair(SOURCE, GERMAN)).value == 0
    assert fidelity.empty_fields(_pair("", "")).value == 0


def test_length() -> None:
    assert _value(fidelity.length_deviation(_pair(SOURCE, GERMAN))) < 0.5
    short = fidelity.length_deviation(_pair(SOURCE, GERMAN[:30]))
    assert _value(short) > 1
    assert short.evidence.startswith("too short")
    assert fidelity.length_deviation(_pair(SOURCE, GERMAN * 4)).evidence.startswith("too long")
    assert fidelity.length_deviation(_pair("Yes.", "Ja.")).value is None
    assert _value(fidelity.length_deviation(_pair(SOURCE, "安娜" * 20, "zh"))) < 1


def test_length_bound_widens_for_short_texts_and_unknown_pairs() -> None:
    assert (
        length_bound(20, LanguagePair("en", "de"))
        > length_bound(200, LanguagePair("en", "de"))
        > length_bound(2000, LanguagePair("en", "de"))
    )
    assert length_bound(200, LanguagePair("en", "xh")) > length_bound(200, LanguagePair("en", "de"))
    assert length_of(size_of(SOURCE, "en"), size_of("", "de"), LanguagePair("en", "de")) is not None


@pytest.mark.parametrize(
    "loop",
    [
        "und dann " * 20,
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "她还剩下多少个苹果？" * 20,
        "Sie hat noch sieben Äpfel, denn sie gab fünf davon ihrem Bruder. " * 4,
        "และแอปเปิล" * 25,
        "Schritt\n\nzwei " * 15,
    ],
)
def test_loops(loop: str) -> None:
    found = repetition(_pair(SOURCE, GERMAN + " " + loop))
    assert _value(found) > 0.5
    assert "×" in found.evidence


@pytest.mark.parametrize(
    "text", [GERMAN, "-" * 80, ". . . . . . . . . . . . . . . . . .", "", "a b c", "1 2 1 2 1 2"]
)
def test_no_loops(text: str) -> None:
    assert repetition(_pair(SOURCE, text)).value == 0


_STEPS = " ".join(f"Tag {day}: er zahlt {7 * day} und behält {90 - day}." for day in range(1, 41))


@pytest.mark.parametrize(
    ("source", "target", "looping"),
    [
        (SOURCE, f"{GERMAN} {_STEPS}", True),
        (SOURCE, f"{GERMAN} {_STEPS[:330]}", True),  # 9 days
        (SOURCE, f"{GERMAN} {_STEPS[:220]}", False),  # 6 days
        ("", f"{GERMAN} {_STEPS}", True),
        ("", f"{GERMAN} {_STEPS[:700]}", False),  # 18 days may be worked out one by one
        (_STEPS.replace("Tag", "Day"), f"{GERMAN} {_STEPS}", False),
        (SOURCE, f"{GERMAN} {' '.join(f'{n},' for n in range(200))}", False),  # no letters
        (SOURCE, f"{GERMAN} {' '.join(f'दिन {day}: {7 * day} रुपये।' for day in range(1, 41))}", True),
    ],
)
def test_loops_with_numbers_that_go_on(source: str, target: str, looping: bool) -> None:
    value = _value(repetition(_pair(source, target)))
    assert (value > (MEASURES["repetition"].default or 0.0)) is looping


def test_a_loop_of_the_source_is_no_fault() -> None:
    chant = "Row, row, row your boat. " * 8
    assert repetition(_pair(chant, "Rudre, rudre, rudre dein Boot. " * 8)).value == pytest.approx(0, abs=0.05)


def test_loops_at_the_end_of_a_long_text_weigh_as_much() -> None:
    long = " ".join(f"Satz {number} ist anders als Satz {number * number}." for number in range(300))
    assert _value(repetition(_pair("", long + " und so weiter" * 60))) > 0.5
    loop = longest_loop("abc" * 30)
    assert (loop.length, len(loop.unit), loop_share("abc" * 30, loop)) == (90, 3, 1.0)


def test_loops_are_found_in_linear_time() -> None:
    started = time.perf_counter()
    for text in (
        "ab" * 100_000,
        "".join(chr(0x4E00 + n * n % 20_000) for n in range(100_000)),
        "a" * 200_000,
    ):
        longest_loop(text)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("target", "low", "high"),
    [
        (SOURCE, 1.0, 1.0),
        (SOURCE.replace("apples in", "apples  in").replace("twelve", "13"), 0.9, 1.0),
        (GERMAN, 0.0, 0.3),
        ("安娜今天早上在花园里摘了十二个苹果，并把其中五个送给了她的弟弟。", 0.0, 0.1),
    ],
)
def test_copies(target: str, low: float, high: float) -> None:
    assert low <= _value(fidelity.copy_similarity(_pair(SOURCE, target))) <= high


def test_copies_of_unspaced_text() -> None:
    chinese = "安娜今天早上在花园里摘了十二个苹果，并把其中五个送给了她的弟弟。"
    assert _value(fidelity.copy_similarity(_pair(chinese, chinese.replace("十二", "十三")))) > 0.8


@pytest.mark.parametrize("text", ["", "Anna Smith, London", "12 + 3 = 15", "Tom, 5 km"])
def test_names_and_numbers_are_no_copy(text: str) -> None:
    assert fidelity.copy_similarity(_pair(text, text)).value is None


@pytest.mark.parametrize(
    ("source", "target", "signs"),
    [
        (SOURCE, GERMAN, 0),
        (SOURCE, GERMAN + r" Die Antwort ist $\boxed{7}$.", 1),
        (SOURCE, GERMAN + "\n#### 7", 1),
        (SOURCE, GERMAN + " 12 - 5 = 7 und 7 * 1 = 7.", 1),
        (MATH, MATH, 0),
        ("She has 3 = 2 + 1 apples.", "Sie hat 3 = 2 + 1 Äpfel.", 0),
        (
            "Four bags of 15 make 60. Then 60 minus 8 is 52, and 1,052 in all.",
            "4 · 15 = 60. これから 60 - 8 = 52、全部で 1000 + 52 = 1.052。",
            0,
        ),
        ("Four bags of 15, less 8. How many?", "चार थैले, १५ × ४ = ६०, ६० - ८ = ५२। कितने?", 1),
        (
            r"The rate is $\text{miles} = \text{speed} \times 2 = 60$.",
            r"$\text{s} = \text{Tempo}$, $\text{s} = \frac{\text{a}}{\text{b}}$, $\text{t} = \text{c} = 60$",
            0,
        ),
        ("60 minus 8 is 52.", "60 - 8 = ५२, 52 + 0 = 52.", 0),
    ],
)
def test_answered(source: str, target: str, signs: int) -> None:
    assert fidelity.answered_signs(_pair(source, target)).value == signs


def test_a_lost_question_counts_only_in_a_longer_text() -> None:
    answer = "Anna hat noch sieben Äpfel übrig, denn zwölf weniger fünf sind sieben. " * 4
    assert fidelity.answered_signs(_pair(SOURCE, answer)).value == 1
    statement = GERMAN.replace("Wie viele Äpfel hat sie noch übrig?", "Nenne die Zahl der Äpfel.")
    assert fidelity.answered_signs(_pair(SOURCE, statement)).value == 0
    assert fidelity.answered_signs(_pair(SOURCE, f"{GERMAN} Die Antwort ist 7.")).value == 1


@pytest.mark.parametrize(
    ("target", "language"),
    [
        (f"Here is the translation:\n\n{GERMAN}", "de"),
        (f"Sure, here you go: {GERMAN}", "de"),
        (f"Hier ist die Übersetzung:\n{GERMAN}", "de"),
        (f"**Übersetzung:** {GERMAN}", "de"),
        (f"Gerne! Die Übersetzung ins Deutsche lautet:\n{GERMAN}", "de"),
        (f"German: {GERMAN}", "de"),
        (f"Der Text in Ihrer Sprache:\n{GERMAN}", "de"),
        ("Bien sûr ! Voici la traduction :\nAnna a cueilli douze pommes.", "fr"),
        ("日本語訳：\nアンナは今朝りんごを摘みました。", "ja"),
        ("Voici la traduction en français : Anna a cueilli douze pommes.", "fr"),
        ("以下是翻译：\n安娜今天早上摘了十二个苹果。", "zh"),
        ("翻訳：アンナは今朝りんごを摘みました。", "ja"),
        ("Tafsiri: Anna alichuma matofaa.", "sw"),
        ("คำแปล: แอนนาเก็บแอปเปิล", "th"),
        ("I'm sorry, but I can't help with that.", "de"),
        ("Es tut mir leid, aber ich kann diesen Text nicht übersetzen.", "de"),
        ("抱歉，我无法翻译这段文字。", "zh"),
        (f"Translate the following text into German. {GERMAN}", "de"),
        (f"{GERMAN}\n\nNote: I kept the names as they are.", "de"),
        (f"{GERMAN}\n(译者注：苹果)", "zh"),
        (f"Assistant: {GERMAN}", "de"),
        ("Custo total (em inglês):\n5 + 6 = 11", "pt"),
        (f"{GERMAN} (auf Englisch)", "de"),
    ],
)
def test_preambles(target: str, language: str) -> None:
    assert _value(fidelity.preamble_signs(_pair(SOURCE, target, language))) >= 1


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        (SOURCE, GERMAN, "de"),
        ("Translate the following: hello", "Übersetze das Folgende: hallo", "de"),
        ("I'm sorry, but I can't come.", "Es tut mir leid, aber ich kann nicht kommen.", "de"),
        ("Note: x is positive.", "Note: x ist positiv.", "de"),
        ("She has three fields of rice.", "เธอมีแปลงนาสามแปลง: ใหญ่มาก", "th"),
        ("Compute this:\n\nthe sum of 3 and 4", "Berechne das:\n\ndie Summe von 3 und 4", "de"),
        ("Find the largest value of $$x^2$$", "Finde den größten Wert von:\n$$x^2$$", "de"),
        ("He read it in English (and twice).", "Ele o leu (em inglês) duas vezes.", "pt"),
        ("The bank counts every transaction:", "Ngân hàng đếm mọi giao dịch:", "vi"),
    ],
)
def test_no_preambles(source: str, target: str, language: str) -> None:
    assert fidelity.preamble_signs(_pair(source, target, language)).value == 0


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (SOURCE, GERMAN[:-12]),
        (SOURCE, "Anna hat zwölf Äpfel gepflückt. Wie viele Äp"),
        (SOURCE, GERMAN.split(". ", maxsplit=1)[0] + "."),
        (MATH, r"Wenn $\frac{1}{2}x = 3$, dann ist $x = \boxed{6"),
        (r"We get \[ x = 1 \].", r"Wir erhalten \[ x = 1."),
        (r"\begin{align} x &= 1 \end{align}", r"\begin{align} x &= 1"),
        ("Run `a`.\n```\nx\n```", "Starte `a`.\n```\nx"),
    ],
)
def test_truncation(source: str, target: str) -> None:
    assert _value(fidelity.truncation_signs(_pair(source, target))) >= 1


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (SOURCE, GERMAN),
        ("He said: “Go.”", "Er sagte: „Geh.“"),
        ("Is it?", "เป็นอย่างนั้นหรือ"),
        ("It is.", "それはそうです。"),
        ("The wind blows", "Der Wind weht"),
        ("Sunday news.", "Nachrichten vom Sonntag"),
        ("Mr. Smith said St. Paul was near.", "Mr. Smith sagte, St. Paul sei nah"),
        ('He called it "a treasure."', "Er nannte es „einen Schatz“"),
        (r"Find the value of $\log_2 8$.", r"หาค่าของ $\log_2 8$"),
        (MATH, r"Wenn $\frac{1}{2}x = 3$, dann $x = \boxed{6}$."),
        (SOURCE, ""),
    ],
)
def test_no_truncation(source: str, target: str) -> None:
    language = "th" if target[:1] >= "\u0e00" else "de"
    assert fidelity.truncation_signs(_pair(source, target, language)).value == 0


@pytest.mark.parametrize(
    "damage",
    [
        "\0",
        chr(0xD800),
        "\u202e",
        "\ufffd",
        "<|im_end|>",
        "<think>",
        "\x1b",
        "<0x0A>",
    ],
)
def test_characters(damage: str) -> None:
    found = fidelity.character_faults(_pair(SOURCE, GERMAN + damage))
    assert found.value == 1
    assert fidelity.character_faults(_pair(SOURCE + damage, GERMAN + damage)).value == 0


@pytest.mark.parametrize(
    "eaten",
    [
        MATH.replace("\\f", "\f"),
        MATH.replace("\\b", "\b"),
        MATH.replace("\\frac", "rac"),
        MATH.replace("\\boxed", "oxed"),
        MATH.replace("\\", ""),
    ],
)
def test_eaten_backslashes(eaten: str) -> None:
    assert _value(fidelity.character_faults(_pair(MATH, eaten))) >= 1


def test_sound_latex_has_no_character_faults() -> None:
    assert fidelity.character_faults(_pair(MATH, MATH)).value == 0
    assert fidelity.character_faults(_pair(MATH, MATH + "\n\tmore\r\n")).value == 0


@given(ANY_TEXT, ANY_TEXT, st.sampled_from(["de", "zh", "th", "ar", "en", "xh"]))
def test_never_raises(source: str, target: str, language: str) -> None:
    scores = [
        fidelity.empty_fields(_pair(source, target, language)),
        fidelity.length_deviation(_pair(source, target, language)),
        repetition(_pair(source, target, language)),
        fidelity.copy_similarity(_pair(source, target, language)),
        fidelity.answered_signs(_pair(source, target, language)),
        fidelity.preamble_signs(_pair(source, target, language)),
        fidelity.truncation_signs(_pair(source, target, language)),
        fidelity.character_faults(_pair(source, target, language)),
    ]
    for score in scores:
        assert score.measure in MEASURES
        assert score.value is None or score.value >= 0


@given(ANY_TEXT)
def test_a_text_is_faithful_to_itself(text: str) -> None:
    assert fidelity.empty_fields(_pair(text, text)).value == 0
    assert repetition(_pair(text, text)).value == 0
    assert fidelity.answered_signs(_pair(text, text)).value == 0
    assert fidelity.truncation_signs(_pair(text, text)).value == 0
    assert fidelity.character_faults(_pair(text, text)).value == 0
    assert (fidelity.length_deviation(_pair(text, text, "en")).value or 0) <= 1


_THOUGHT = "<think>\nFour bags of 15 make 60. Eight are gone. So 52 are left.\n</think>\nThe answer is 52."


def test_a_missing_end_mark_counts_in_a_slightly_short_text() -> None:
    source = "The old mill at the river was sold to a family from the north of the country last year."
    whole = "Die alte Mühle am Fluss wurde voriges Jahr an eine Familie aus dem Norden des Landes verkauft"
    for target, signs in ((whole, 0), (whole[:75], 1)):
        assert fidelity.truncation_signs(_pair(source, target)).value == signs
    quoted = "男は言った。「川の古い水車は売られた」"
    assert fidelity.truncation_signs(_pair(source, quoted, "ja")).value == 0


@pytest.mark.parametrize(
    ("thinking", "cut"),
    [
        ("Vier Beutel zu 15 sind 60. Acht fehlen. Also bleiben 52.", False),
        ("Vier Beutel zu 15 sind 60. Acht fehlen. Also", True),
        ("Vier Beutel zu 15 sind 60. Acht fehlen. Also bleiben \\boxed{52}.", False),
        ("Vier Beutel zu 15 sind 60. Acht", True),
        ("4袋の15個は60個だ。8個はもうない。だから残りは52個だ。", False),
        ("4袋の15個は60個だ。8個はもうない。だから計算する。これで正しい", True),
        ("15個入りの袋が4つで60個、そこから8個なくなったので、残りは52個である", False),
        ("สี่ถุงถุงละ 15 เป็น 60 หายไปแปด จึงเหลือ", False),  # no end marks
    ],
)
def test_thinking_that_stops_in_the_middle(thinking: str, cut: bool) -> None:
    target = f"<think>\n{thinking}\n</think>\nAntwort: 52."
    language = "de" if thinking.isascii() else "th" if "สี่" in thinking else "ja"
    assert bool(fidelity.truncation_signs(_pair(_THOUGHT, target, language)).value) is cut
    assert not fidelity.truncation_signs(_pair(target, target)).value
