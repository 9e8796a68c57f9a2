"""What models write around a translation: announcements, refusals, notes, echoed instructions.

Written for this project: the words for "translation" and the usual refusals of each language. A phrase
counts only where the source has nothing of the kind.
"""

from __future__ import annotations

import re
from functools import lru_cache

from parallelize.core.languages import known_language, name_in, nearest
from parallelize.core.tables import shipped_rows
from parallelize.core.writing import row_code
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading

__all__ = ["is_about_translation", "preamble_phrases", "speaks_of_translation"]

_HEAD = 160  # characters at the start in which an announcement stands
_TAIL = 400  # characters at the end in which a note stands

_EXCUSE = re.compile(
    r"""
    sorry | apolog | afraid | unable | unfortunat | cannot | can't | can[ ]not
    | excuse | forgive | pardon | regret
    | AI\b | as[ ]an?[ ]
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A source that excuses itself, so that its translation may."""
_TELLS = re.compile(
    r"""
    \s* (?: please | always | never | do[ ]not | don't
      | you(?: ['’]re | [ ]are | [ ]will | [ ]must | [ ]should )
      | answer | respond | reply | write | act | be | speak | use | keep | explain | translate | summari[sz]e
      | solve | think | give | help | make | list | describe | show | return | tell | follow ) \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A source that tells somebody what to do."""
_AGREES = re.compile(
    r"""
    \b (?: sure | course | certain\w* | natural\w* | ok(?:ay)? | yes | yeah | right | underst(?:an|oo)d
         | good | fine | well | clear\w* | agree\w* | gladly ) \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OPENER = re.compile(
    r"""
    \s* (?:\W{0,4})                                                    # marks of bold type or of a quotation
    (?: (?:Sure|Certainly|Of[ ]course|Absolutely|Okay|OK|Alright)
          [,!.]? \s+ (?:here | I(?:'ll|[ ]will|[ ]can) | let[ ]me[ ]tr)  # Sure! Here is …
      | Here (?:'s|[ ]is|[ ]are) [ ] (?:the|your|a)\b [^.\n]{0,60} :    # Here is the translation:
      | Below[ ]is\b [^.\n]{0,60} :
      | (?:Output|Response|Result|Answer|Target(?:[ ]text)?|Final[ ](?:answer|translation)) \s* :
      | (?:Assistant|User|System) \s* : )                              # a role of a conversation
    """,
    re.VERBOSE | re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"""
    translate[ ](?:the|this|these|it|from|into|every|each|all)\b
    | translat\w+[ ](?:in)?to[ ][A-Z]\w+                               # translated into German
    | (?:do[ ]not|don't)[ ](?:translate|add|answer|solve|explain)\b
    | (?:source|target)[ ](?:text|language)\b
    | output[ ]only | only[ ](?:output|return|give)[ ]the\b
    | keep[ ](?:all|the)[ ](?:LaTeX|formulas?|placeholders?|math)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Looked for first, since a plain search for a word costs a hundredth of the pattern.
_INSTRUCTION_WORDS = ("translat", "do not", "don't", "source", "target", "only", "keep")
_NOTE_WORDS = ("note", "nota", "anm", "注", "翻译说明", "역주", "примечан", "приміт")
_NOTE = re.compile(
    r"""
    (?: ^ | \n | [(\[（*] ) \s* \**                                     # where a line or bracket begins
    (?: (?:translator'?s?|translation)[ ]notes?
      | notes?(?:[ ]on|[ ]about)?[ ]?(?:the[ ])?translation
      | nota[ ](?:del?|do|della)[ ]tradu\w+ | note[ ]du[ ]traducteur | note[ ]de[ ]traduction
      | anm(?:\.|erkung)[ ]des[ ]übersetzers
      | 译者注 | 譯者註 | 翻译说明 | 訳注 | 訳者注 | 역주
      | примечание[ ]переводчика | примітка[ ]перекладача
      | Note ) \b
    \** \s* (?: : | ： | — )
    | (?: 译者注 | 譯者註 | 翻译说明 | 翻译注 | 訳注 | 訳者注 ) [:：]     # Han: anywhere
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SOURCE_NOTE = re.compile(r"\bnot(?:e|es|ice)\b|\bhint\b|\bremark", re.IGNORECASE)

_HEADING = re.compile(r"[^\n\\$]{1,60}[:：][*_]{0,2}[ \t]*\n\s*(?=[^\s\\$])")
"""A short first line that ends in a colon, in any language, and no formula after it: the source has none."""

_BRACKETED_NOTE = re.compile(r"\n\s*[*_]{0,2}[(（\[【][^\n:：]{1,40}[:：][^\n]{1,400}[)）\]】][*_]{0,2}\s*\Z")
"""A last line of its own, all in brackets, with a label: "(Hinweis: …)"; in any language."""
_SLANTED_NOTE = re.compile(r"\n\s*([*_]{1,3})[^\n:：*_]{1,40}[:：][^\n]{1,400}\1\s*\Z")
"""The same in italics or bold."""
_SLANTED_END = re.compile(r"[*_]\s*\Z")
_BRACKETED_END = re.compile(r"[)）\]】][*_]{0,2}\s*\Z")
_SAY_IN_ENGLISH = ("en", "pt", "es", "ca", "fr", "it", "de", "nl", "da", "ro")
"""Languages in which a remark that something is in English has been seen."""
_SHORTEST_NAME = 4


def preamble_phrases(pair: Pair) -> list[str]:
    """The phrases found, each as it stands in the target; empty for a plain translation."""
    source, target, language = pair.source.text, pair.target.text, pair.target.language
    head = target.lstrip()[:_HEAD]
    found = []
    if not pair.source.once(is_about_translation):
        if speaks_of_translation(pair.target.lowered, language):
            found.extend(_matches(_announcement(language), head))
        if any(map(pair.target.lowered.__contains__, _INSTRUCTION_WORDS)):
            found.extend(_matches(_INSTRUCTION, target))
    complied = _complied(language).match(target) if pair.source.once(_tells) else None
    if complied and not _AGREES.search(source[:_HEAD]):
        found.append(complied.group().strip())
    opener = _OPENER.match(target)
    if opener and not _OPENER.match(source):
        found.append(opener.group().strip())
    has_colon = ":" in head or "：" in head
    patterns = (_label(language), _HEADING, _in_own_words(language)) if has_colon else ()
    label = next(filter(None, (pattern.match(head) for pattern in patterns)), None)
    if label and not found and not _ends_in_colon(source) and ":" not in source[: 2 * len(label.group())]:
        found.append(label.group().strip())
    refusal = _refusal(language).match(head)
    if refusal and not _EXCUSE.search(source[: 2 * _HEAD]):
        found.append(refusal.group().strip())
    tail = target[-_TAIL:].lower() if len(target) > _TAIL else pair.target.lowered
    if any(map(tail.__contains__, _NOTE_WORDS)) and not _SOURCE_NOTE.search(source):
        found.extend(_matches(_NOTE, tail))
    if ("(" in target or "（" in target) and "english" not in pair.source.lowered:
        found.extend(_matches(_in_english(), target))
    if "\n" in target and not _BRACKETED_END.search(source):
        found.extend(_matches(_BRACKETED_NOTE, target[-_TAIL:]))
    if "\n" in target and not _SLANTED_END.search(source):
        found.extend(_matches(_SLANTED_NOTE, target[-_TAIL:]))
    return found


def _ends_in_colon(source: str) -> bool:
    """Whether the first line of a source announces what follows, as that of an answer may."""
    return source.lstrip().partition("\n")[0].rstrip(" \t*_").endswith((":", "："))


def speaks_of_translation(lowered: str, language: str) -> bool:
    """Whether a text in small letters has a word for translating, of its language or English."""
    return any(map(lowered.__contains__, _stems(language)))


def is_about_translation(source: Reading) -> bool:
    """Whether an English text has a word for translating."""
    return speaks_of_translation(source.lowered, "en")


def _tells(source: Reading) -> bool:
    return _TELLS.match(source.text) is not None


def _matches(pattern: re.Pattern[str], text: str) -> list[str]:
    found = pattern.search(text)
    return [found.group().strip()] if found else []


@lru_cache(maxsize=256)
def _stems(language: str) -> tuple[str, ...]:
    rows = shipped_rows(__package__, "translation_words.tsv")
    (own,) = rows.get(row_code(rows, language), ("translat",))
    return tuple(dict.fromkeys(("translat", *own.split("|"))))


@lru_cache(maxsize=256)
def _announcement(language: str) -> re.Pattern[str]:
    """The word for translation at the start, with a colon or the line's end after it."""
    stems = "|".join(_stems(language)).replace(" ", r"\ ")
    return re.compile(
        rf"""
        ^ (?: [^\n.?!。？！।]{{1,25}} [.!。！] \s* )?                    # Sure!
        [^\n.?!。？！।]{{0,80}} (?:{stems}) [^\n.?!。？！।:：]{{0,60}}     # Here is your translation
        (?: [:：] | \*\*\s*$ | \n )
        """,
        re.VERBOSE | re.IGNORECASE,
    )


@lru_cache(maxsize=256)
def _label(language: str) -> re.Pattern[str]:
    """The target language's name before a colon: "Deutsch:", "**German translation**:"."""
    item = known_language(language)
    names = "|".join(
        re.escape(name) for name in ((item.name, item.native_name) if item else ("Translation",))
    )
    return re.compile(rf"[*_#\s(\[]{{0,4}}(?:{names})[^\n.?!。？！।:：]{{0,25}}[:：]", re.IGNORECASE)


@lru_cache(maxsize=1)
def _in_english() -> re.Pattern[str]:
    """What small engines put behind short headings: "Custo (em inglês):"."""
    names = "|".join(filter(None, (name_in("en", code) for code in _SAY_IN_ENGLISH)))
    return re.compile(rf"[(（](?:in|em|en|auf|på|op|i) (?:{names})[)）]", re.IGNORECASE)


@lru_cache(maxsize=256)
def _in_own_words(language: str) -> re.Pattern[str]:
    """A few words with the language's name for itself before a colon: "A feladat magyarul:"."""
    item = known_language(language)
    name = item.native_name.partition(" (")[0] if item else ""
    stem = re.escape(name[: max(_SHORTEST_NAME, len(name) - 2)])
    words = rf"(?:[^\W\d_]+[ ]){{1,4}}?{stem}\w*(?:[ ][^\W\d_]+)?[:：][ ]"
    return re.compile(words if len(name) >= _SHORTEST_NAME else "(?!)", re.IGNORECASE)


@lru_cache(maxsize=256)
def _refusal(language: str) -> re.Pattern[str]:
    rows = shipped_rows(__package__, "refusals.tsv")
    texts = dict.fromkeys((*rows["en"], *(nearest(rows, language) or ())))
    return re.compile(rf"\W{{0,3}}(?:{'|'.join(texts)})", re.IGNORECASE)


@lru_cache(maxsize=256)
def _complied(language: str) -> re.Pattern[str]:
    """Words with which a model says that it will do what it is told."""
    rows = shipped_rows(__package__, "compliance.tsv")
    (own,) = rows.get(row_code(rows, language), ("(?!)",))
    return re.compile(rf"[\s¡]*(?:{own})\s?[,.!。！、，]")
