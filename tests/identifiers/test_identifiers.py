"""Every identifier keeps the port's promises."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from parallelize.core.errors import EnvironmentFault, InputError
from parallelize.core.identification import LanguageIdentifier
from parallelize.identifiers import langid
from parallelize.identifiers.fasttext_lid import LID176_SHA256, FastTextIdentifier
from parallelize.identifiers.labels import fold, from_label, one_line
from parallelize.identifiers.langid import LangidIdentifier
from parallelize.identifiers.lingua_id import LinguaIdentifier
from parallelize.identifiers.panel import default_panel

GERMAN = "Wie viele Äpfel hat sie noch,\nwenn ihr Bruder fünf davon bekommt?"
MAKERS: dict[str, Callable[[tuple[str, ...]], LanguageIdentifier]] = {
    "fasttext": lambda codes: FastTextIdentifier(languages=codes),
    "langid": lambda codes: LangidIdentifier(languages=codes),
    "lingua": lambda codes: LinguaIdentifier(languages=codes),
}
SOME = ("de", "en", "no", "zh", "th")


@pytest.fixture(scope="module", params=sorted(MAKERS))
def identifier(request: pytest.FixtureRequest) -> LanguageIdentifier:
    return MAKERS[request.param](SOME)


def test_names_the_language_over_line_breaks(identifier: LanguageIdentifier) -> None:
    (found,) = identifier.identify([GERMAN])
    assert found is not None
    assert found.language == "de"
    assert 0.5 < found.probability <= 1.0


@pytest.mark.parametrize("text", ["", " \n\t", "12 + 3 = 15", "…!?", "\ud800", "\0\0"])
def test_abstains_without_letters(identifier: LanguageIdentifier, text: str) -> None:
    assert identifier.identify([text]) == [None]


def test_answers_in_order_and_for_every_text(identifier: LanguageIdentifier) -> None:
    found = identifier.identify([GERMAN, "", "今天天气很好，我们一起去公园散步吧"])
    assert [item.language if item else None for item in found] == ["de", None, "zh"]
    assert identifier.identify([]) == []


def test_takes_broken_text(identifier: LanguageIdentifier) -> None:
    (found,) = identifier.identify(["\ud800 Das ist ein Haus \0 und das ist der Garten \udfff"])
    assert found is not None
    assert found.language == "de"


def test_supports_only_candidates(identifier: LanguageIdentifier) -> None:
    assert identifier.supports("de")
    assert identifier.supports("nb"), "Bokmål counts as Norwegian"
    assert not identifier.supports("fr"), "French is no candidate"


def test_signature_names_the_version(identifier: LanguageIdentifier) -> None:
    assert any(mark in identifier.signature for mark in ("version:", "sha256:"))


def test_repeats_itself(identifier: LanguageIdentifier) -> None:
    texts = [GERMAN, "Det er en fin dag i dag.", "The house on the hill is old."] * 5
    assert identifier.identify(texts) == identifier.identify(texts)


def test_loads_once_in_many_threads() -> None:
    identifier = FastTextIdentifier()
    found: list[str] = []

    def ask() -> None:
        (answer,) = identifier.identify([GERMAN])
        found.append(answer.language if answer else "")

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["de"] * 8


def test_carried_model_is_the_published_one() -> None:
    assert LID176_SHA256[:16] in FastTextIdentifier().signature


def test_a_changed_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(b"not a model")
    with pytest.raises(EnvironmentFault, match="its sha256 is"):
        FastTextIdentifier(path, sha256="0" * 64).identify(["a"])
    with pytest.raises(EnvironmentFault, match="no fastText model"):
        FastTextIdentifier(path).identify(["a"])
    with pytest.raises(EnvironmentFault, match="cannot read"):
        FastTextIdentifier(tmp_path / "absent.bin").identify(["a"])


def test_candidates_nobody_knows() -> None:
    with pytest.raises(InputError, match="knows none"):
        LangidIdentifier(languages=["xx"]).identify(["a"])
    with pytest.raises(InputError, match="needs two languages"):
        LinguaIdentifier(languages=["de", "xx"]).identify(["a"])


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("__label__de", "de"),
        ("__label__wuu", "zh"),
        ("__label__deu_Latn", "de"),
        ("__label__arz_Arab", "ar"),
        ("__label__cmn_Hani", "zh"),
        ("__label__swh_Latn", "sw"),
        ("__label__nob_Latn", "no"),
        ("__label__ekk_Latn", "et"),
        ("__label__pes_Arab", "fa"),
        ("__label__zsm_Latn", "ms"),
        ("__label__als", "als"),
    ],
)
def test_reads_labels(label: str, code: str) -> None:
    assert from_label(label) == code


def test_folds_variants() -> None:
    assert [fold(code) for code in ("zh-CN", "nb", "nn_NO", "iw", "ary", "de")] == [
        "zh",
        "no",
        "no",
        "he",
        "ar",
        "de",
    ]


def test_one_line() -> None:
    assert one_line("a\n\nb\r\n c\0d \ud800") == "a b c d "


def test_default_panel_adds_the_languages_of_the_run() -> None:
    panel = default_panel(["ht"])
    assert [item.supports("yo") for item in panel] == [True, True, True]
    assert [item.supports("ht") for item in panel] == [True, True, False]  # lingua has no model of it
    assert not any(item.supports("ht") for item in default_panel())


def test_candidates_can_be_added_without_reading_a_model_again() -> None:
    for narrow in (FastTextIdentifier(languages=SOME), LangidIdentifier(languages=SOME)):
        assert not narrow.supports("sk")
        wide = narrow.widened({"sk", "de"})
        assert wide.supports("sk")
        assert narrow.widened({"de"}) is narrow
    one, other = FastTextIdentifier(languages=SOME), FastTextIdentifier()
    assert one._load() is other._load()


def test_the_table_of_langid_is_what_its_model_knows() -> None:
    from py3langid.langid import MODEL_FILE
    from py3langid.langid import LanguageIdentifier as Model

    identifier = LangidIdentifier()
    labels = Model.from_model_file(MODEL_FILE, norm_probs=True).labels
    assert all(map(identifier.supports, labels))
    assert frozenset(labels) == langid._LABELS
