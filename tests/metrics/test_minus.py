"""Lost minus signs, strict signs for weak ones, ticked boxes, units behind formulas, indices and decades."""

from __future__ import annotations

import pytest

from parallelize.core.language_pair import LanguagePair
from parallelize.metrics.pair import Pair
from parallelize.metrics.signs import sign_faults
from parallelize.metrics.structure import structure_faults
from parallelize.metrics.values import number_faults

COLD = "At dawn it was −8 °C, and at noon it was 3 °C."
COLDER = "The temperature was -5 °C in Oslo and 4 °C in Rome."
FAN = "The fan starts when T > 75 and stops when T <= 60."


def pair(source: str, target: str, language: str) -> Pair:
    return Pair.of(source, target, LanguagePair("en", language))


@pytest.mark.parametrize(
    ("language", "source", "target", "found"),
    [
        ("no", COLD, "Ved daggry var det 8 °C, og ved middagstid 3 °C.", "lost minus of 8"),
        ("no", COLD, "Ved daggry var det −8 °C, og ved middagstid 3 °C.", None),
        ("de", COLD, "Im Morgengrauen waren es 8 Grad unter null, mittags 3 °C.", None),
        ("ja", COLD, "明け方は零下8度、正午は3度だった。", None),
        ("ar", COLD, "عند الفجر كانت الحرارة ٨- درجات، وعند الظهر ٣ درجات.", None),
        ("fr", COLDER, "La température était de 5 °C à Oslo et de 4 °C à Rome.", "lost minus of 5"),
        ("ru", COLDER, "Температура в Осло была 5 градусов мороза, а в Риме 4 °C.", None),
        ("es", "Read chapters 3-5. It was 5 -3.", "Lee los capítulos 3 a 5. Fue 5 - 3.", None),
        ("pt", "Pieces:\n-5 apples\n-3 pears", "Peças:\n5 maçãs\n3 peras", None),
        ("da", "It rose from −8 to 8 degrees.", "Den steg fra 8 til 8 grader.", None),
        ("nl", FAN, "De ventilator start wanneer T ≥ 75 en stopt wanneer T < 60.", r"\le for <"),
        ("nl", FAN, "De ventilator start wanneer 75 < T en stopt wanneer T ≤ 60.", None),
        ("it", "Find all x with x >= 4 and x < 9.", "Trova tutti gli x con x > 4 e x < 9.", r"< for \le"),
        ("ka", r"The fence is $2(12+11) = 46$ m long.", r"ღობის სიგრძეა $2(12+11) = 46$ მ.", None),
        ("ka", r"Let $x = 4$. Find k.", r"ვთქვათ $x = 4$. იპოვეთ.", "lost variable k"),
    ],
)  # fmt: skip
def test_signs(language: str, source: str, target: str, found: str | None) -> None:
    evidence = sign_faults(pair(source, target, language)).evidence
    assert (found in evidence) if found else not evidence


@pytest.mark.parametrize(
    ("target", "faults"),
    [
        ("- [ ] telefonear\n- [x] pagar\n- [ ] comprar", 0),
        ("- [ ] telefonear\n- [ ] pagar\n- [x] comprar", 1),
    ],
)
def test_ticked_boxes(target: str, faults: int) -> None:
    assert structure_faults(pair("- [ ] call\n- [x] pay\n- [ ] buy", target, "pt")).value == faults


@pytest.mark.parametrize(
    ("language", "source", "target", "faults"),
    [
        ("nl", "This song was popular in the eighties.", "Dit lied was populair in de jaren 80.", 0),
        ("es", "He was born in the fifties.", "Nació en los años 1950.", 0),
        ("es", "He was born in the fifties.", "Nació en los años 60.", 2),
        ("nl", "Find x^2 + x_0, where x_0 = 7.", "Bereken x² + x₀, waarbij x₀ = 7.", 0),
        ("nl", "Find x^2 + x_0, where x_0 = 7.", "Bereken x² + x₁, waarbij x₁ = 7.", 6),
    ],
)
def test_decades_and_indices(language: str, source: str, target: str, faults: int) -> None:
    assert number_faults(pair(source, target, language)).value == faults
