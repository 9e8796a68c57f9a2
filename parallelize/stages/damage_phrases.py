"""What damage needs to know of languages: announcements, answers, opposites; written for this project."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ENGLISH_PREAMBLES", "answer_phrases", "opposites", "preambles"]

ENGLISH_PREAMBLES = (
    "Here is the translation:\n\n",
    "Sure! Here's the translation of the problem into {name}:\n\n",
    "Here is the translated text in {name}:\n",
    "**Translation:** ",
    "Certainly! The text translated into {name} is as follows:\n\n",
    "{name} translation:\n",
)
"""`{name}` is the English name of the language."""

_OWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ar": ("إليك الترجمة:\n\n", "الترجمة إلى العربية: "),
        "bn": ("এখানে অনুবাদটি দেওয়া হল:\n\n", "অনুবাদ: "),
        "ca": ("Aquí tens la traducció:\n\n", "Traducció al català: "),
        "cs": ("Zde je překlad:\n\n", "Překlad do češtiny: "),
        "da": ("Her er oversættelsen:\n\n", "Oversættelse til dansk: "),
        "de": (
            "Hier ist die Übersetzung:\n\n",
            "Gerne! Die Übersetzung ins Deutsche lautet:\n",
            "Übersetzung: ",
        ),
        "el": ("Ορίστε η μετάφραση:\n\n", "Μετάφραση στα ελληνικά: "),
        "es": (
            "Aquí está la traducción:\n\n",
            "Traducción al español: ",
            "Claro, aquí tienes la traducción:\n",
        ),
        "fa": ("در اینجا ترجمه آمده است:\n\n", "ترجمه به فارسی: "),
        "fi": ("Tässä on käännös:\n\n", "Käännös suomeksi: "),
        "fr": (
            "Voici la traduction :\n\n",
            "Traduction en français : ",
            "Bien sûr ! Voici la traduction :\n",
        ),
        "gl": ("Aquí está a tradución:\n\n", "Tradución ao galego: "),
        "ha": ("Ga fassarar:\n\n", "Fassara zuwa Hausa: "),
        "he": ("הנה התרגום:\n\n", "תרגום לעברית: "),
        "hi": ("यहाँ अनुवाद है:\n\n", "हिंदी अनुवाद: "),
        "hu": ("Íme a fordítás:\n\n", "Magyar fordítás: "),
        "id": ("Berikut adalah terjemahannya:\n\n", "Terjemahan: "),
        "it": ("Ecco la traduzione:\n\n", "Traduzione in italiano: "),
        "ja": ("以下は翻訳です：\n\n", "日本語訳：\n", "翻訳："),
        "ko": ("다음은 번역입니다:\n\n", "번역: "),
        "ms": ("Berikut ialah terjemahannya:\n\n", "Terjemahan: "),
        "nl": ("Hier is de vertaling:\n\n", "Vertaling naar het Nederlands: "),
        "no": ("Her er oversettelsen:\n\n", "Oversettelse til norsk: "),
        "pl": ("Oto tłumaczenie:\n\n", "Tłumaczenie na język polski: "),
        "pt": ("Aqui está a tradução:\n\n", "Tradução para o português: "),
        "ro": ("Iată traducerea:\n\n", "Traducere în română: "),
        "ru": ("Вот перевод:\n\n", "Перевод на русский язык: "),
        "sv": ("Här är översättningen:\n\n", "Översättning till svenska: "),
        "sw": ("Hapa kuna tafsiri:\n\n", "Tafsiri: "),
        "ta": ("இதோ மொழிபெயர்ப்பு:\n\n", "தமிழ் மொழிபெயர்ப்பு: "),
        "te": ("ఇక్కడ అనువాదం ఉంది:\n\n", "తెలుగు అనువాదం: "),
        "th": ("นี่คือคำแปล:\n\n", "คำแปลภาษาไทย: "),
        "tr": ("İşte çeviri:\n\n", "Türkçe çeviri: "),
        "uk": ("Ось переклад:\n\n", "Переклад українською: "),
        "vi": ("Đây là bản dịch:\n\n", "Bản dịch tiếng Việt: "),
        "yo": ("Ìtumọ̀ náà nìyí:\n\n", "Ìtumọ̀: "),
        "zh": ("以下是翻译：\n\n", "翻译：", "好的，这是中文翻译：\n"),
    }
)


def preambles(language: str) -> tuple[str, ...]:
    """What a model may write before a translation into a language, in that language or in English."""
    return (*_OWN.get(language, ()), *ENGLISH_PREAMBLES)


_ANSWERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ar": ("الإجابة هي {number}.", "الجواب: {number}"),
        "bn": ("উত্তর হল {number}।", "উত্তর: {number}"),
        "cs": ("Odpověď je {number}.", "Odpověď: {number}"),
        "de": ("Die Antwort ist {number}.", "Antwort: {number}"),
        "es": ("La respuesta es {number}.", "Respuesta: {number}"),
        "fr": ("La réponse est {number}.", "Réponse : {number}"),
        "ha": ("Amsar ita ce {number}.", "Amsa: {number}"),
        "hi": ("उत्तर {number} है।", "उत्तर: {number}"),
        "id": ("Jawabannya adalah {number}.", "Jawaban: {number}"),
        "it": ("La risposta è {number}.", "Risposta: {number}"),
        "ja": ("答えは{number}です。", "答え：{number}"),
        "ko": ("정답은 {number}입니다.", "답: {number}"),
        "nl": ("Het antwoord is {number}.", "Antwoord: {number}"),
        "pl": ("Odpowiedź to {number}.", "Odpowiedź: {number}"),
        "pt": ("A resposta é {number}.", "Resposta: {number}"),
        "ru": ("Ответ: {number}.", "Правильный ответ — {number}."),
        "sw": ("Jibu ni {number}.", "Jibu: {number}"),
        "ta": ("விடை {number} ஆகும்.", "விடை: {number}"),
        "te": ("సమాధానం {number}.", "జవాబు: {number}"),
        "th": ("คำตอบคือ {number}", "คำตอบ: {number}"),
        "tr": ("Cevap {number}.", "Yanıt: {number}"),
        "uk": ("Відповідь: {number}.", "Правильна відповідь — {number}."),
        "vi": ("Đáp án là {number}.", "Trả lời: {number}"),
        "yo": ("Ìdáhùn náà ni {number}.", "Ìdáhùn: {number}"),
        "zh": ("答案是{number}。", "答案：{number}"),
    }
)
_OPPOSITES: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "de": (
            ("mehr", "weniger"),
            ("vor", "nach"),
            ("älter", "jünger"),
            ("links", "rechts"),
            ("kauft", "verkauft"),
        ),
        "es": (
            ("más", "menos"),
            ("antes", "después"),
            ("mayor", "menor"),
            ("izquierda", "derecha"),
            ("compra", "vende"),
        ),
        "fr": (
            ("plus", "moins"),
            ("avant", "après"),
            ("gauche", "droite"),
            ("achète", "vend"),
            ("grand", "petit"),
        ),
        "it": (("più", "meno"), ("prima", "dopo"), ("sinistra", "destra"), ("maggiore", "minore")),
        "pt": (
            ("mais", "menos"),
            ("antes", "depois"),
            ("maior", "menor"),
            ("esquerda", "direita"),
            ("compra", "vende"),
        ),
        "nl": (("meer", "minder"), ("voor", "na"), ("links", "rechts"), ("koopt", "verkoopt")),
        "ru": (("больше", "меньше"), ("до", "после"), ("старше", "младше"), ("первый", "последний")),
        "uk": (("більше", "менше"), ("до", "після"), ("старший", "молодший")),
        "sw": (("zaidi", "pungufu"), ("kabla", "baada")),
        "id": (("lebih", "kurang"), ("sebelum", "sesudah"), ("kiri", "kanan")),
        "tr": (("fazla", "az"), ("önce", "sonra"), ("sol", "sağ")),
        "vi": (("trước", "sau"), ("nhiều", "ít"), ("trái", "phải")),
        "zh": (("多", "少"), ("之前", "之后"), ("买", "卖"), ("大于", "小于")),
        "ja": (("多い", "少ない"), ("多く", "少なく"), ("の前", "の後"), ("買", "売")),
        "th": (("มากกว่า", "น้อยกว่า"), ("ก่อน", "หลัง"), ("ซื้อ", "ขาย")),
    }
)


def answer_phrases(language: str) -> tuple[str, ...]:
    """Sentences that announce an answer, in that language or else in English; `{number}` is its place."""
    return _ANSWERS.get(language, ("The answer is {number}.", "Answer: {number}"))


def opposites(language: str) -> tuple[tuple[str, str], ...]:
    """Pairs of words that exclude each other; empty in a language whose pairs are not known."""
    return _OPPOSITES.get(language, ())
