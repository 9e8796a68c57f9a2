"""How models announce a translation, in the languages that parallelize judges; written for this project."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ENGLISH_PREAMBLES", "preambles"]

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
