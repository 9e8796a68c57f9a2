"""Characters and tokens no translation adds, and the damage that text takes in transport."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.entities import html5

from parallelize.metrics.code_pages import misread_words

__all__ = ["character_signs"]

_CONTROLS = re.compile(  # one set, by which a search skips through a text
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f"  # C0 and C1 but tab, line feed, return, next line
    r"\u202a-\u202e\u2066-\u2069"  # bidirectional embeddings, overrides and isolates
    r"\ufffd\ufffe\uffff\ufff9-\ufffb"  # replacement, noncharacters, annotation
    r"\ud800-\udfff]"  # lone surrogates
)
_TOKENS = re.compile(
    r"""
    <\|[^<>|\n]{1,64}\|> | <｜[^<>｜\n]{1,64}｜>         # <|im_end|>, <｜User｜>
    | </?think(?:ing)?>
    | \[/?INST\] | <</?SYS>>                           # Llama 2
    | <(?:start|end)_of_turn> | <(?:unk|pad|eos|bos|mask)>
    | <extra_id_\d{1,3}>                               # T5
    | ▁{1,4}(?=\w) | <0x[0-9A-F]{2}>                   # SentencePiece: a space, a byte
    """,
    re.VERBOSE,
)
# Letters after a backslash that were read as an escape: \b(oxed) \f(rac) \t(ext) \n(eq) \r(ight) \v(ec).
_ESCAPED = re.compile(
    r"""
    \x08 (?: oxed | egin | eta | inom | ar\b | mod | f\b | ig )
    | \x0c (?: rac | orall | box )
    | \x07 (?: lpha | pprox | ngle | rctan )
    | \t (?: ext | imes | heta | frac | an\b | o\b | ilde | au\b | riangle )
    | \r (?: ight | angle | ho\b | ceil | floor | m\b )
    | \x0b (?: ec | ar | dots | ert | arphi )
    | \n (?: eq\b | abla | mid\b | ot\b | ewline | u\b )
    """,
    re.VERBOSE,
)
_MACRO_TAILS = {
    r"\boxed": re.compile(r"(?<![\\a-zA-Z])(?:boxed|oxed)\s*\{"),
    r"\frac": re.compile(r"(?<![\\a-zA-Z])[dt]?(?:frac|rac)\s*\{"),
    r"\sqrt": re.compile(r"(?<![\\a-zA-Z])sqrt\s*[\[{]"),
    r"\text": re.compile(r"(?<![\\a-zA-Z])(?:text|ext)\s*\{"),
    r"\times": re.compile(r"(?<![\\a-zA-Z])imes\b"),
    r"\begin": re.compile(r"(?<![\\a-zA-Z])(?:begin|egin)\s*\{"),
}

_ENTITY = re.compile(r"&(?:#\d{2,5}|#x[0-9A-Fa-f]{2,5}|[A-Za-z]{2,8}\d{0,2});")
"""What looks like a character reference of HTML; its name must be one, too."""
_JOINED = r"A-Za-z\u00aa-\u024f\u0370-\u052f\u10a0-\u10ff\u1e00-\u1fff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3"
"""Letters of scripts in which nothing invisible stands within words. Persian, Hindi or Khmer need it."""
_HIDDEN = "\u200b\u200c\u200d\u2060\ufeff"
_INVISIBLE = re.compile(rf"(?<=[{_JOINED}])[\u200b-\u200d\u2060\ufeff]+(?=[{_JOINED}])|(?<!\A)\ufeff")
_BYTES = re.compile(r"[\x80-\xffŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]{2,}")
"""Characters that bytes of UTF-8 become when they are read as Windows-1252, two or more in a row."""
_MAYBE_BYTES = re.compile(r"[\xc2-\xdb\xe0-\xf0][\x80-\xffŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]")
"""The first of the bytes of a letter and one behind it: the quick look, for letters alone are skipped to."""
_UTF8 = re.compile(
    rb"[\xc2-\xd6\xd8-\xdb][\x80-\xbf]"  # Latin, Greek, Cyrillic, Arabic; \xd7 is the sign of times
    rb"|[\xe0-\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}"
)
_CYRILLIC_BYTES = re.compile(r"(?:[РС][^\x00-\x7f]){3,}")
_SOUND = frozenset("‘’‚“”„†‡•…‰‹›€™–—«»¡¿ŠšŽžŒœŸ".encode("cp1252"))
"""What may stand after an accented letter in sound text."""
_ASKED = re.compile(r"(?:(?<!\S)[^\W\d_]|[^\W\d_A-Z])\?{1,2}(?=[^\W\d_])")
_MAYBE_ASKED = re.compile(r"\?[^\W\d_]")
"""A question mark for a letter, or two for neighbours. Case and count are looked at, too."""
_ASKED_AT_EDGE = re.compile(
    r"""
    (?<=[^\W\d_]{2}) \? (?=\s\??[^\W\d_])              # at the end of a word: "perch? no"
    | (?: (?<=[^\W\d_]\s) | (?<=[^\W\d_?],\s) | (?<=\?\s) | (?<=['’]) )
      \? (?=[^\W\d_]{2})                               # at its beginning: "un ?l?ve"
    """,
    re.VERBOSE,
)
"""The same at an end of a word within a sentence; it counts beside others only."""
_CENTRAL = re.compile(r"[³¹±¶¿¼¾£¥ªº¦](?:(?<=[^\W\d_]{2}.)(?=[^\W\d_])|(?<=[a-z]{3}[³¹¶¿¼¾±])(?=[\s.,]))")
"""What letters of Windows-1250 or ISO 8859-2 become when they are read as Latin-1: by³a, bieg³."""
_CASE_TURNED = re.compile(r"[А-ЯЁ](?<=[а-яё].)(?<!\w..)[А-ЯЁ]+(?!\w)")
"""Cyrillic words with a small letter first and capitals after it: KOI8-R read as Windows-1251. The first of
the capitals comes first, by which the search skips."""
_SHOUTED = 0.8
"""Share of capitals from which that is no slip of the keyboard."""
_UNKNOWN = re.compile(r"\?{4,}|(?<!\S)\?{2,}(?:\s+\?{2,})+")
"""A word or a text of question marks."""


def character_signs(source: str, target: str, language: str = "") -> list[str]:
    """What the target has more of than the source, in words; empty for a clean text.

    Control and bidirectional characters, lone surrogates, U+FFFD, control tokens of chat templates,
    tokenizer pieces, LaTeX commands whose backslash was eaten, and what transport does: entities, invisible
    characters within words, UTF-8 read as something else, question marks for letters.
    """
    signs: list[str] = []
    odd = not target.isprintable() or "\ufffd" in target  # or of several lines
    tokens = "<" in target or "[" in target or "▁" in target
    for pattern, may_have in ((_CONTROLS, odd), (_TOKENS, tokens), (_ESCAPED, odd)):
        if may_have and (found := pattern.findall(target)):
            added = Counter(found) - Counter(pattern.findall(source))
            signs.extend(f"{count} × {item!r}" for item, count in sorted(added.items()))
    if "{" in target or "imes" in target:
        for macro, tail in _MACRO_TAILS.items():
            if macro in source and len(tail.findall(target)) > len(tail.findall(source)):
                signs.append(f"{macro} without its backslash")
    signs.extend(_damage(source, target))
    if not signs and (misread := misread_words(source, target, language)):
        signs.append(f"letters of another code page: {' '.join(misread[:5])!r}")
    return signs


def _damage(source: str, target: str) -> Iterator[str]:
    """Traces of a wrong way through files, web pages and databases."""
    if "&" in target:
        added = _entities(target) - _entities(source)
        yield from (f"{count} × {item}" for item, count in sorted(added.items()))
    if "?" in target:
        asked = "?" in source
        lost = _question_marks(target, asked=asked) - _question_marks(source, asked=asked)
        if lost > 0:
            yield f"{lost} × ? for a letter"
        if "??" in target and len(_UNKNOWN.findall(target)) > len(_UNKNOWN.findall(source)):
            yield "words of question marks"
    if target.isascii():
        return
    if any(map(target.__contains__, _HIDDEN)):
        hidden = len(_INVISIBLE.findall(target)) - len(_INVISIBLE.findall(source))
        if hidden > 0:
            yield f"{hidden} × an invisible character within a word"
    if _CASE_TURNED.search(target) and _is_shouted(target, _SHOUTED) and not _is_shouted(source, 1 / 2):
        yield "small letters and capitals exchanged"
    turned = len(_CENTRAL.findall(target))
    if turned > 1 and turned > len(_CENTRAL.findall(source)):
        yield "signs for letters within words"
    garbled = _misread(target) or _misread_cyrillic(target)
    if garbled and garbled != _misread(source):
        yield f"letters read as other bytes: {garbled[:40]!r}"


def _is_shouted(text: str, share: float) -> bool:
    """Whether more than a share of the letters are capitals."""
    return sum(map(str.isupper, text)) > share * sum(map(str.isalpha, text))


def _entities(text: str) -> Counter[str]:
    """Character references by number, and those whose name HTML knows: `a &b; c` is none."""
    return Counter(found for found in _ENTITY.findall(text) if found[1] == "#" or found[1:] in html5)


def _question_marks(text: str, *, asked: bool) -> int:
    """Question marks within words, before a small letter; one alone may be a blank that is missing.

    With `asked` the text may have questions: marks at the ends of words count only beside one within a word.
    """
    if _MAYBE_ASKED.search(text) is None:
        return 0
    found = sum(text[match.end()].islower() for match in _ASKED.finditer(text))
    if found or not asked:
        found += sum(text[match.end() :].lstrip(" ?")[0].islower() for match in _ASKED_AT_EDGE.finditer(text))
    return found if found > 1 else 0


def _misread(text: str) -> str:
    """Runs that hold UTF-8 read as Windows-1252 or Latin-1."""
    if _MAYBE_BYTES.search(text) is None:  # as most
        return ""
    return " ".join(
        found[0]
        for found in _BYTES.finditer(text)
        if _was_utf8(found[0], within=_is_within_word(text, found))
    )


def _is_within_word(text: str, run: re.Match[str]) -> bool:
    """Whether a run that begins with a capital stands behind a small letter, or goes on in one: zostaÅ‚."""
    before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
    return run[0][0].isupper() and not run[0][-1].isalpha() and (before.islower() or after.islower())


def _misread_cyrillic(text: str) -> str:
    """The first run of UTF-8 that was read as Windows-1251: Р and С stand before nearly every letter."""
    if (text.count("Р") + text.count("С")) * 6 < len(text):
        return ""
    for found in _CYRILLIC_BYTES.finditer(text):
        run = found[0]
        try:
            run.encode("cp1251").decode("utf-8")
        except UnicodeError:
            continue
        return run
    return ""


def _was_utf8(run: str, *, within: bool) -> bool:
    letters = _UTF8.findall(b"".join(map(_byte, run)))
    return any(within or letter[:2] == b"\xe2\x80" or not _SOUND.issuperset(letter[1:]) for letter in letters)


def _byte(character: str) -> bytes:
    """The byte that was read as a character; five bytes have none in Windows-1252."""
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")
