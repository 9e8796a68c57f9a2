"""The languages that parallelize knows: names, script, direction, spacing.

Codes are BCP-47 language subtags; the table's facts follow ISO 639, ISO 15924 and Unicode CLDR
(likely subtags). Number marks and digits belong to `parallelize.text.numerals`.
"""

from __future__ import annotations

from dataclasses import dataclass

from parallelize.core.errors import InputError

__all__ = ["LANGUAGES", "Language", "language", "languages"]


@dataclass(frozen=True, slots=True)
class Language:
    """One language as this toolkit treats it."""

    code: str
    """BCP-47 tag in canonical form, for example `de` or `zh`."""
    name: str
    """English name."""
    native_name: str
    """Name in the language itself."""
    script: str
    """ISO 15924 code of the script it is usually written in."""
    spaced: bool = True
    """Whether words are separated by spaces."""

    @property
    def right_to_left(self) -> bool:
        """Whether its script runs from right to left."""
        return self.script in {"Arab", "Hebr", "Thaa", "Nkoo"}


_TABLE = """
af Afrikaans|Afrikaans|Latn
am Amharic|አማርኛ|Ethi
ar Arabic|العربية|Arab
az Azerbaijani|azərbaycan|Latn
be Belarusian|беларуская|Cyrl
bg Bulgarian|български|Cyrl
bn Bengali|বাংলা|Beng
bs Bosnian|bosanski|Latn
ca Catalan|català|Latn
cs Czech|čeština|Latn
cy Welsh|Cymraeg|Latn
da Danish|dansk|Latn
de German|Deutsch|Latn
el Greek|Ελληνικά|Grek
en English|English|Latn
eo Esperanto|Esperanto|Latn
es Spanish|español|Latn
et Estonian|eesti|Latn
eu Basque|euskara|Latn
fa Persian|فارسی|Arab
fi Finnish|suomi|Latn
fr French|français|Latn
ga Irish|Gaeilge|Latn
gl Galician|galego|Latn
gu Gujarati|ગુજરાતી|Gujr
ha Hausa|Hausa|Latn
he Hebrew|עברית|Hebr
hi Hindi|हिन्दी|Deva
hr Croatian|hrvatski|Latn
hu Hungarian|magyar|Latn
hy Armenian|հայերեն|Armn
id Indonesian|Indonesia|Latn
ig Igbo|Igbo|Latn
is Icelandic|íslenska|Latn
it Italian|italiano|Latn
ja Japanese|日本語|Jpan
ka Georgian|ქართული|Geor
kk Kazakh|қазақ тілі|Cyrl
km Khmer|ខ្មែរ|Khmr
kn Kannada|ಕನ್ನಡ|Knda
ko Korean|한국어|Kore
lo Lao|ລາວ|Laoo
lt Lithuanian|lietuvių|Latn
lv Latvian|latviešu|Latn
mk Macedonian|македонски|Cyrl
ml Malayalam|മലയാളം|Mlym
mn Mongolian|монгол|Cyrl
mr Marathi|मराठी|Deva
ms Malay|Melayu|Latn
mt Maltese|Malti|Latn
my Burmese|မြန်မာ|Mymr
nb Norwegian Bokmål|norsk bokmål|Latn
ne Nepali|नेपाली|Deva
nl Dutch|Nederlands|Latn
nn Norwegian Nynorsk|nynorsk|Latn
no Norwegian|norsk|Latn
pa Punjabi|ਪੰਜਾਬੀ|Guru
pl Polish|polski|Latn
ps Pashto|پښتو|Arab
pt Portuguese|português|Latn
ro Romanian|română|Latn
ru Russian|русский|Cyrl
si Sinhala|සිංහල|Sinh
sk Slovak|slovenčina|Latn
sl Slovenian|slovenščina|Latn
so Somali|Soomaali|Latn
sq Albanian|shqip|Latn
sr Serbian|српски|Cyrl
sv Swedish|svenska|Latn
sw Swahili|Kiswahili|Latn
ta Tamil|தமிழ்|Taml
te Telugu|తెలుగు|Telu
th Thai|ไทย|Thai
tl Tagalog|Tagalog|Latn
tr Turkish|Türkçe|Latn
uk Ukrainian|українська|Cyrl
ur Urdu|اردو|Arab
uz Uzbek|o‘zbek|Latn
vi Vietnamese|Tiếng Việt|Latn
yo Yoruba|Èdè Yorùbá|Latn
zh Chinese|中文|Hans
zu Zulu|isiZulu|Latn
"""
_UNSPACED = {"ja", "km", "lo", "my", "th", "zh"}


def _rows() -> dict[str, Language]:
    table = {}
    for line in _TABLE.strip().splitlines():
        code, rest = line.split(" ", 1)
        name, native, script = rest.split("|")
        table[code] = Language(
            code=code, name=name, native_name=native, script=script, spaced=code not in _UNSPACED
        )
    return table


LANGUAGES: dict[str, Language] = _rows()
"""Every known language by its code."""


def language(tag: str) -> Language:
    """Look up one language by any valid spelling of its tag (`PT`, `pt-PT`, `zho`, `iw`).

    Raises:
        InputError: the tag is not known; the message names near tags.
    """
    text = tag.strip()
    if text in LANGUAGES:
        return LANGUAGES[text]
    import langcodes  # its tables take a while to read, and codes as we write them need none

    try:
        code = langcodes.Language.get(langcodes.standardize_tag(text, macro=True)).language
    except ValueError:  # langcodes' LanguageTagError is one
        code = None
    if code in LANGUAGES:
        return LANGUAGES[str(code)]
    by_name = [
        item.code for item in LANGUAGES.values() if text.lower() in item.name.lower() and len(text) > 2
    ]
    hint = f"did you mean {', '.join(by_name[:4])}? " if by_name else ""
    raise InputError(
        f"unknown language {tag!r}", remedy=f"{hint}`parallelize languages` lists the tags that can be used"
    )


def languages(tags: str | list[str] | tuple[str, ...]) -> tuple[Language, ...]:
    """Read several tags (`"de,fr,ja"` or a list), in the order given, without repeats.

    Raises:
        InputError: a tag is unknown, or none is given.
    """
    parts = tags.split(",") if isinstance(tags, str) else list(tags)
    found: dict[str, Language] = {}
    for part in parts:
        if part.strip():
            item = language(part)
            found[item.code] = item
    if not found:
        raise InputError("no language was given", remedy="name at least one, as in --langs de,fr,ja")
    return tuple(found.values())
