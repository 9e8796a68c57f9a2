"""How each language says "the answer is": nouns that announce an answer, and what links them to it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from parallelize.text.numerals import base_language

_PHRASES: Final[dict[str, tuple[str, str]]] = {
    # language: nouns (lower case), links; both separated by "|". Without a link a colon or "=" is asked for.
    "en": ("answer|result|solution", "is|are|equals|would be|will be|to the (?:question|problem) is"),
    "zh": ("答案|答", "是|为|為|等于|等於"),
    "ja": ("答え|解答|正解|答", "は"),
    "ko": ("정답|해답|답", "은|는|이"),
    "de": ("antwort|ergebnis|lösung", "ist|lautet|beträgt|sind|wäre"),
    "fr": ("réponse|reponse|résultat", "est|sont|serait"),
    "es": ("respuesta|resultado|solución", "es|son|sería"),
    "pt": ("resposta|resultado|solução", "é|são|seria"),
    "it": ("risposta|risultato|soluzione", "è|sono|sarebbe"),
    "ru": ("ответ|ответом|результат", "—|–|-|является|равен|будет|это"),
    "uk": ("відповідь|відповіддю|результат", "—|–|-|є|дорівнює|це"),
    "pl": ("odpowiedź|odpowiedzią|wynik", "to|jest|wynosi|brzmi|—|–"),
    "tr": ("cevap|cevabı|yanıt|yanıtı|sonuç", r"(?=[\d$\\%*])|olarak|şudur"),
    "ar": ("الإجابة|الاجابة|الجواب|إجابة|النتيجة", "هي|هو|تساوي|يساوي"),
    "fa": ("پاسخ|جواب|پاسخ نهایی", r"برابر است با|برابر با|است|(?=[\d$\\۰-۹])"),
    "he": ("התשובה|תשובה|התוצאה", "היא|הוא|הינה|שווה ל"),
    "hi": ("उत्तर|जवाब", r"है|होगा|(?=[\d$\\०-९])"),
    "bn": ("উত্তর|উত্তরটি|ফলাফল", r"হল|হলো|হ'ল|হ’ল|হচ্ছে|হবে|(?=[\d$\\০-৯])"),
    "te": ("సమాధానం|జవాబు", r"అంటే|ఏమిటంటే|(?=[\d$\\౦-౯])"),
    "ta": ("பதில்|விடை", r"என்பது|ஆகும்|(?=[\d$\\௦-௯])"),
    "th": ("คำตอบ|คําตอบ", "คือ|เท่ากับ|เป็น|ได้แก่"),
    "vi": ("đáp án|câu trả lời|đáp số|kết quả", "là|bằng"),
    "id": ("jawaban|jawapan|jawabannya|jawapannya|hasilnya", r"adalah|ialah|yaitu|iaitu|(?=[\d$\\])"),
    "sw": ("jibu|majibu|jawabu", "ni|la mwisho ni|sahihi ni"),
    "nl": ("antwoord|resultaat|oplossing", "is|zijn|luidt|bedraagt"),
    "cs": ("odpověď|odpovědí|výsledek", r"je|zní|jsou|činí"),
    "el": ("απάντηση|αποτέλεσμα", "είναι|ισούται με"),
    "ro": ("răspunsul|răspuns|raspunsul|rezultatul", "este|e|sunt"),
    "hu": ("válasz|a válasz|végeredmény|eredmény", r"az|(?=[\d$\\*])"),
    "fi": ("vastaus|lopputulos", "on|ovat"),
    "sv": ("svaret|svar|resultatet", "är|blir"),
    "da": ("svaret|svar|resultatet", "er|bliver"),
    "no": ("svaret|svar|resultatet", "er|blir"),
    "ca": ("resposta|resultat|solució", "és|són|seria"),
}
_SAME: Final = {"nb": "no", "nn": "no", "ms": "id", "yue": "zh"}
_BETWEEN: Final = r"[^\n.!?。！？।:：=]{0,30}?"
"""What may stand between the noun and its link: "to this question", "finale"."""
_ADJACENT: Final = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPhrases:
    """The announcement of an answer in one language."""

    nouns: tuple[str, ...]
    """Lower case; found first, because a plain search is quick."""
    link: re.Pattern[str]
    """Matches at the end of a noun; its end is where the answer begins."""


def _compiled(nouns: str, links: str) -> AnswerPhrases:
    spaced = not _ADJACENT.search(nouns)
    words = "|".join(link for link in links.split("|") if not link.startswith("(?="))
    direct = "".join(rf"|\s{link}" for link in links.split("|") if link.startswith("(?="))
    word = rf"(?<=\s)(?:{words})(?=\W|$)" if spaced else f"(?:{words})"
    head = rf"[*_]{{0,2}}{_BETWEEN}(?:(?:{word})\s?[:：]?|\s?[:：=]{direct})"
    return AnswerPhrases(nouns=tuple(nouns.split("|")), link=re.compile(head))


@lru_cache(maxsize=256)
def answer_phrases(language: str) -> tuple[AnswerPhrases, ...]:
    """The phrases of a language (BCP 47), and those of English, in which models often end."""
    base = base_language(language)
    base = _SAME.get(base, base)
    english = _compiled(*_PHRASES["en"])
    if base == "en" or base not in _PHRASES:
        return (english,)
    return (_compiled(*_PHRASES[base]), english)
