"""Words in whose place stands one that excludes them, and the faithful ways of saying them."""

from __future__ import annotations

import time

import pytest

from parallelize.core.language_pair import LanguagePair
from parallelize.metrics.exchanged import exchanged_words
from parallelize.metrics.pair import Pair
from parallelize.metrics.signs import sign_faults


@pytest.mark.parametrize(
    ("language", "source", "target", "faulty"),
    [
        ("de", "Anna is 5. Peter is taller than Clara.", "Anna ist 5. Peter ist größer als Anna.", True),
        ("de", "Anna is 5. Peter is taller than Clara.", "Anna ist 5. Peter ist größer als Clara.", False),
        (
            "it",
            "Lucy walked home. Tom took the train.",
            "Lucy è andata a casa a piedi. Lucy ha preso il treno.",
            True,
        ),
        (
            "it",
            "Lucy walked home. Tom took the train.",
            "Lucy è andata a casa a piedi. Tom ha preso il treno.",
            False,
        ),
        ("nl", "Emil has 5 books. Jonas has 7.", "Jonas heeft 5 boeken. Jonas heeft er 7.", True),
        ("fr", "Mr Green sells 5. Mr White buys 3.", "M. White vend 5. M. White achète 3.", True),
        ("fr", "Mr Green sells 5. Mr White buys 3.", "M. Green vend 5. M. White achète 3.", False),
        (
            "pl",
            "Anna travels from Vienna to Graz. Peter goes to Linz.",
            "Anna jedzie z Wiednia do Grazu. Piotr jedzie do Linzu.",
            False,
        ),
        ("es", "Peter gives Anna 5. He gives her 3 more.", "Peter le da 5 a Anna. Peter le da 3 más.", False),
        ("cs", "Tom gave Lucy 3 apples. Lucy ate one.", "Tom dal Lucii 3 jablka. Lucie jedno snědla.", False),
        (
            "fi",
            "Maria met Erik in Helsinki. Erik sang.",
            "Maria tapasi Erikin Helsingissä. Erik lauloi.",
            False,
        ),
        ("es", "It is March 5, 2021.", "Es el 5 de mayo de 2021.", True),
        ("es", "It is March 5, 2021.", "Es el 5 de marzo de 2021.", False),
        ("it", "On Tuesday and Thursday he runs.", "Corre il martedì e il sabato.", True),
        ("sv", "He runs on Monday and Wednesday.", "Han springer på måndag och torsdag.", True),
        ("el", "How much does she earn on Friday?", "Πόσα κερδίζει το Σάββατο;", True),
        ("el", "How much does she earn on Friday?", "Πόσα κερδίζει την Παρασκευή;", False),
        ("el", "In March he sold 5.", "Τον Μάρτιο πούλησε 5.", False),
        ("vi", "On Tuesday and Thursday he runs.", "Thứ Ba và thứ Năm anh ấy chạy.", False),
        ("vi", "On Tuesday and Thursday he runs.", "Thứ 3 và thứ 5 anh ấy chạy.", False),
        ("vi", "On Tuesday and Thursday he runs.", "Thứ Ba và thứ Sáu anh ấy chạy.", True),
        ("pt", "On Tuesday and Thursday he runs.", "Ele corre na terça e quinta-feira.", False),
        ("pt", "On Tuesday and Thursday he runs.", "Ele corre na terça e sexta-feira.", True),
        ("uk", "In December he sold 5.", "У листопаді він продав 5.", True),
        ("uk", "In December he sold 5.", "У грудні він продав 5.", False),
        ("cs", "On Friday he runs.", "Ve čtvrtek běhá.", True),
        ("cs", "On Friday he runs.", "Před pátkem běhá.", False),
        ("cs", "In July and June he runs.", "V červenci a v červnu běhá.", False),
        ("cs", "In July he runs.", "V červnu běhá.", True),
        ("id", "In December he sold 5.", "Pada bulan September dia menjual 5.", True),
        ("pl", "On Wednesday he ran.", "W piątek biegał.", True),
        ("pl", "On Wednesday and Friday he ran.", "W środę i w piątki biegał.", False),
        ("tr", "In July he sold 5.", "Haziranda 5 sattı.", True),
        ("tr", "In July he sold 5.", "Temmuz'da 5 sattı.", False),
        ("tr", "In January on Monday he sold 5.", "Ocağın ilk pazartesisi 5 sattı.", False),
        ("hr", "In October he sold 5.", "U listopadu je prodao 5.", False),
        ("hr", "In October he sold 5.", "U studenome je prodao 5.", True),
        ("fa", "On Tuesday he runs.", "او سه شنبه می‌دود.", False),
        ("fa", "On Tuesday he runs.", "او سه‌شنبه می‌دود.", False),
        ("fa", "On Tuesday he runs.", "او شنبه می‌دود.", True),
        ("he", "On Monday he runs.", "ביום שני הוא רץ.", False),
        ("he", "On Monday he runs.", "ביום שלישי הוא רץ.", True),
        ("ar", "On Monday he runs.", "يركض يوم الاثنين.", False),
        ("ar", "On Monday he runs.", "يركض يوم الخميس.", True),
        ("ja", "On Monday he runs.", "月曜に走る。", False),
        ("ja", "On Monday he runs.", "火曜日に走る。", True),
        ("zh", "On Monday he runs.", "他周二跑步。", True),
        ("zh", "On Monday he runs.", "他星期一跑步。", False),
        ("de", "On Saturday he runs.", "Am Sonnabend läuft er.", False),
        ("ru", "On Wednesday he runs in May 2020.", "В среду он бежит, в мае 2020.", False),
        ("ru", "On Wednesday he runs in May 2020.", "В среду он бежит, в марте 2020.", True),
        ("lt", "In October he runs.", "Spalį jis bėga.", False),
        ("fi", "In October he runs on Monday.", "Lokakuussa hän juoksee maanantaisin.", False),
        ("fi", "In October he runs on Monday.", "Marraskuussa hän juoksee maanantaisin.", True),
        ("hu", "On Wednesday he runs in August.", "Szerdán fut augusztusban.", False),
        ("es", "At least 20 people came.", "Como máximo 20 personas vinieron.", True),
        ("es", "At least 20 people came.", "Vinieron por lo menos 20 personas.", False),
        ("es", "At most 20 people came.", "Vinieron a lo sumo 20.", False),
        ("de", "At most 12 guests may come.", "Mindestens 12 Gäste dürfen kommen.", True),
        ("vi", "At most 12 guests may come.", "Ít nhất 12 khách được đến.", True),
        ("it", "The box is twice as heavy as the bag.", "La scatola pesa la metà della borsa.", True),
        ("it", "The box is twice as heavy as the bag.", "La scatola pesa il doppio della borsa.", False),
        ("ko", "He has 45 more than Mina.", "그는 미나보다 45장 덜 가지고 있다.", True),
        ("ko", "He has 45 more than Mina.", "그는 미나보다 45장 더 가지고 있다.", False),
        ("ro", "Is the number even? It is an even number.", "Este un număr impar.", True),
        ("ro", "Is the number even? It is an even number.", "Este un număr par.", False),
        ("nl", "What is the perimeter of the garden?", "Wat is de oppervlakte van de tuin?", True),
        ("ru", "It has more than 5 legs.", "У него менее 5 ног.", True),
        ("tr", "She has 8 fewer pens.", "Onun 8 kalemi fazla.", True),
        ("tr", "She has 8 fewer pens.", "Onun 8 kalemi az.", False),
        ("cs", "The result is positive.", "Výsledek je záporný.", True),
        ("cs", "The result is positive.", "Výsledek je kladný.", False),
        ("ja", "At most 12 people", "多くても12人", False),
        (
            "de",
            "May is 9 years old, and her sister June is 5.",
            "May ist 9 Jahre alt, und ihre Schwester June ist 5.",
            False,
        ),
        (
            "fr",
            "The soldiers march on Sunday and may rest.",
            "Les soldats marchent le dimanche et peuvent se reposer.",
            False,
        ),
        ("pt", "Nielsen reported 20 million on Friday.", "Segundo a Nielsen, foram 20 milhões.", False),
        ("es", "She has 20% less water.", "Tiene un 20 % menos de agua.", False),
        ("ru", "He got half as many, twice a day.", "Он получал вдвое меньше, два раза в день.", False),
        ("uk", "Ann has twice as many.", "В Анни вдвічі більше.", False),
        ("sw", "Andy plants 40 fewer petunias.", "Andy amepanda zambarau 40 chache zaidi.", False),
        (
            "pl",
            "He waits in the middle of the week, in April.",
            "Czeka w środku tygodnia, w kwietniu.",
            False,
        ),
        ("uk", "He sat in the middle on Friday.", "У п'ятницю він сидів посередині.", False),
        ("id", "He runs for a week until Friday.", "Ia berlari seminggu hingga Jumat.", False),
        ("th", "June sold 5 in October.", "จูนขายได้ 5 ชิ้นในเดือนตุลาคม", False),
    ],
)
def test_a_word_in_whose_place_another_stands(
    language: str, source: str, target: str, *, faulty: bool
) -> None:
    score = exchanged_words(Pair.of(source, target, LanguagePair("en", language)))
    assert bool(score.value) is faulty, score.evidence


CHOICES = "Which number is prime?\nA) 4\nB) 5\nC) 6\nD) 8\nThe correct answer is B."


@pytest.mark.parametrize(
    ("language", "source", "target", "faulty"),
    [
        ("es", CHOICES, "¿Qué número es primo?\nA) 4\nB) 5\nC) 6\nD) 8\nLa respuesta correcta es C.", True),
        (
            "es",
            CHOICES,
            "¿Qué número es primo?\nA) 4\nB) 5\nC) 6\nD) 8\nLa respuesta correcta es la B.",
            False,
        ),
        (
            "es",
            CHOICES,
            "¿Qué número es primo?\nA) 4\nB) 6\nC) 5\nD) 8\nLa respuesta correcta es la B.",
            True,
        ),
        ("ru", CHOICES, "Какое число простое?\nA) 4\nB) 5\nC) 6\nПравильный ответ: B.", True),
        ("ru", CHOICES, "Какое число простое?\nА) 4\nБ) 5\nВ) 6\nГ) 8\nПравильный ответ: Б.", False),
        ("ru", CHOICES, "Какое число простое?\nА) 4\nБ) 5\nВ) 6\nГ) 8\nПравильный ответ: В.", True),
        (
            "ru",
            CHOICES.replace("is B", "is D"),
            "Какое число простое?\nА) 4\nБ) 5\nВ) 6\nГ) 8\nПравильный ответ: Г.",
            False,
        ),
        ("hi", CHOICES, "कौन सी संख्या अभाज्य है?\n(क) 4\n(ख) 5\n(ग) 6\n(घ) 8\nसही उत्तर ख है।", False),
        ("hi", CHOICES, "कौन सी संख्या अभाज्य है?\n(A) 4\n(B) 5\n(C) 6\n(D) 8\nसही उत्तर B है।", False),
        ("sv", "Answer: D", "Svar: B", True),
        ("sv", "Answer: D", "Svar: D", False),
        (
            "el",
            "Only statement A is true. B and C are false.",
            "Μόνο η πρόταση B είναι αληθής. Οι A και C είναι ψευδείς.",
            True,
        ),
        (
            "el",
            "Only statement A is true. B and C are false.",
            "Μόνο η πρόταση Α είναι αληθής. Οι Β και C είναι ψευδείς.",
            False,
        ),
        (
            "pt",
            "Only statement A is true. B and C are false.",
            "A afirmação A é a única verdadeira. B e C são falsas.",
            False,
        ),
        (
            "hu",
            "Only statement A is true. B and C are false.",
            "Csak az A állítás igaz. A B és a C hamis.",
            False,
        ),
        ("zh", CHOICES, "哪个数是质数？\nA．4\nB．5\nC．6\nD．8\n正确答案是B。", False),
        ("zh", CHOICES, "哪个数是质数？\nA．4\nB．5\nC．6\nD．8\n正确答案是C。", True),
        (
            "fr",
            "Option B costs $5 and option C costs $7. Mr. C. Brown takes option B.",
            "L'option B coûte 5 $ et l'option C 7 $. M. C. Brown prend l'option B.",
            False,
        ),
        (
            "de",
            "Bus A and bus B leave. The answer is that A cat sleeps.",
            "Bus A und Bus B fahren ab. Die Antwort ist: Eine Katze schläft.",
            False,
        ),
        ("ja", "The answer is B, since C is too long.", "Cは長すぎるので、答えはBです。", False),
        (
            "es",
            "Is $r = 1$ a (A) line\n(B) circle\n(C) cone",
            "¿Es línea $r = 1$ (A)\n(B) círculo\n(C) cono",
            True,
        ),
        (
            "es",
            "Is $r = 1$ a (A) line\n(B) circle\n(C) cone",
            "¿Es $r = 1$ (A) línea\n(B) círculo\n(C) cono",
            False,
        ),
        ("de", "Mark it:\nA)\nB)\nC) all of it", "Kreuze an:\nA)\nB)\nC) alles", False),
    ],
)
def test_choices_and_the_letters_that_name_them(
    language: str, source: str, target: str, *, faulty: bool
) -> None:
    pair = Pair.of(source, target, LanguagePair("en", language))
    score = exchanged_words(pair)
    assert bool(score.value) is faulty, score.evidence
    assert faulty or not sign_faults(pair).value


RAIN = "The rain stopped before noon."
PRICE = "The price increased to 40 crowns."
POND = "The diameter of the pond is 8 m."
WALK = "He walks 3 miles north."
PRIME = "Name the largest prime of the list."


@pytest.mark.parametrize(
    ("language", "source", "faulty", "faithful"),
    [
        ("de", RAIN, "Der Regen endete nachdem es Mittag war.", "Der Regen endete vor dem Mittag."),
        ("es", RAIN, "La lluvia paró después del mediodía.", "La lluvia paró antes del mediodía."),
        ("fr", RAIN, "La pluie a cessé après midi.", "La pluie a cessé avant midi."),
        ("ru", RAIN, "Дождь прекратился после полудня.", "Дождь прекратился до полудня."),
        ("ja", RAIN, "雨は正午の後に止んだ。", "雨は正午の前に止んだ。"),
        ("vi", RAIN, "Mưa tạnh sau buổi trưa.", "Mưa tạnh trước buổi trưa."),
        ("tr", RAIN, "Yağmur öğleden sonra dindi.", "Yağmur öğleden önce dindi."),
        ("it", POND, "Il raggio dello stagno è di 8 m.", "Il diametro dello stagno è di 8 m."),
        ("tr", POND, "Göletin yarıçapı 8 m'dir.", "Göletin çapı 8 m'dir."),
        ("ko", POND, "연못의 반지름은 8m이다.", "연못의 지름은 8m이다."),
        ("hi", WALK, "वह 3 मील दक्षिण चलता है।", "वह 3 मील उत्तर चलता है।"),
        ("pl", WALK, "Idzie 3 mile na południe.", "Idzie 3 mile na północ."),
        ("sv", PRICE, "Priset sjönk till 40 kronor.", "Priset steg till 40 kronor."),
        ("pl", PRICE, "Cena spadła do 40 koron.", "Cena wzrosła do 40 koron."),
        ("ko", PRICE, "가격이 40크라운으로 하락했다.", "가격이 40크라운으로 올랐다."),
        ("hu", PRICE, "Az ár 40 koronára csökkent.", "Az ár 40 koronára emelkedett."),
        ("it", PRIME, "Di' il più piccolo numero primo.", "Di' il più grande numero primo."),
        ("uk", PRIME, "Назвіть найменше просте число.", "Назвіть найбільше просте число."),
        ("zh", PRIME, "说出列表中最小的质数。", "说出列表中最大的质数。"),
        ("fi", PRIME, "Nimeä listan pienin alkuluku.", "Nimeä listan suurin alkuluku."),
    ],
)
def test_before_increase_and_largest_have_opposites(
    language: str, source: str, faulty: str, faithful: str
) -> None:
    languages = LanguagePair("en", language)
    assert exchanged_words(Pair.of(source, faulty, languages)).value == 1
    assert exchanged_words(Pair.of(source, faithful, languages)).value == 0


@pytest.mark.parametrize("piece", ["martes ", "Monday, ", "A) 5 B) 6 ", "B ", "5 more ", "at least 5 "])
def test_long_texts_cost_linear_time(piece: str) -> None:
    pair = Pair.of("On Monday 5 more. Answer: B. " + piece * 10_000, piece * 10_000, LanguagePair("en", "es"))
    began = time.process_time()
    exchanged_words(pair)
    assert time.process_time() - began < 3
