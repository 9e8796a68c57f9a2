"""Beginnings that are missing, beside small letters that begin a text rightly."""

from __future__ import annotations

import pytest

from parallelize.metrics.beginnings import cut_beginning

WALK = 'The mayor of the town said: "We will build a bridge" and left the hall at noon.'


@pytest.mark.parametrize(
    ("language", "target"),
    [
        ("de", "ermeister der Stadt sagte: „Wir bauen eine Brücke“ und verließ mittags den Saal."),
        ("fr", "l’hôtel de ville a dit : « Nous construirons un pont » et a quitté la salle à midi."),
        ("it", "a di sindaco ha detto: «Costruiremo un ponte» e ha lasciato la sala."),
        ("es", "dida. El alcalde salió de la sala a mediodía y habló del puente."),
        ("sw", "o 3 wa mji alisema atajenga daraja na kuondoka ukumbini saa sita."),
        ("nl", "ad. De burgemeester verliet de zaal en sprak over de brug."),
        ("pt", "construir uma ponte”, e saiu da sala ao meio-dia."),
    ],
)
def test_a_cut_head_shows(language: str, target: str) -> None:
    assert cut_beginning(WALK, target, language, "Latn")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ('The baker said: "We sold every loaf.', "cker sagte: „Wir haben jedes Brot verkauft."),
        ("The baker's boys feared 'a long winter'", "s Bäckers fürchteten „einen langen Winter“"),
        ('"It is late," the baker said.', "ist schon spät“, sagte der Bäcker."),
    ],
)
def test_a_quotation_excuses_no_cut_head(source: str, target: str) -> None:
    assert cut_beginning(source, target, "de", "Latn")


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        (WALK, "Der Bürgermeister sagte: „Wir bauen eine Brücke“ und ging.", "de"),
        ('" he said, "it is late.', "sagte er, „es ist spät.", "de"),
        ("Let a, b and c be primes.", "a, b e c são primos.", "pt"),
        ("And then it rained.", "y luego llovió.", "es"),
        ("The iPhone sold well.", "iPhone se vendió bien.", "es"),
        ("About 40 people came.", "ca. 40 Leute kamen.", "de"),
        ("“It is late,” he said.", "„Es ist spät“, sagte er.", "de"),
    ],
)
def test_a_small_letter_may_begin_a_text(source: str, target: str, language: str) -> None:
    assert not cut_beginning(source, target, language, "Latn")
