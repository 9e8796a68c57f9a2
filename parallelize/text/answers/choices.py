"""Multiple choice: which of its choices a response takes, by a letter of any script, a number or its text.

A choice is looked for where responses name
one: in the last box, behind "the answer is", behind "option", alone on a line, then by the choices' texts.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from parallelize.core.late_patterns import late_pattern
from parallelize.text.answers.contrasted import contrasted_letters
from parallelize.text.answers.extraction import AnswerSource, boxes, tagged
from parallelize.text.answers.letters import letter_pattern, letters_of
from parallelize.text.answers.numbered import numbered_choices
from parallelize.text.answers.phrases import answer_phrases
from parallelize.text.answers.reading import stripped
from parallelize.text.answers.turns import called_right, ends_at_last, joined_by, right_words
from parallelize.text.answers.words import is_false
from parallelize.text.numerals import base_language

_WINDOW: Final = 3_000
"""Characters at the end of a response in which a choice is looked for."""
_REACH: Final = 60
"""Characters behind a noun in which the choice is named."""
_CALLED_AS: Final = late_pattern(
    r"[)\s*_]*(?:(?:,|\w{1,4})?\s+\(?[A-J]\)?(?!\w)[\s,]*){0,4}"  # more choices: "and B, or (C)"
    r"\w{1,4}\s+([^\W\d_]{3,})"
)
"""What a choice, and those listed behind it, are called."""
_PAIRED: Final = 8
"""Characters in which another choice may be named behind one: "A、B、D都不对" speaks of several."""
_LAST: Final = 400
"""Characters at the end of a response in which it comes to its choice."""
_TRIED: Final = 12
_MOST_NUMBERED: Final = 5
_STOPS: Final = late_pattern(r"\n|[.!?؟](?=\s|$)|[。！？।]")
_MARKUP: Final = late_pattern(r"[*_`$\\()\[\]{}<>（）【】「」『』《》\s\"'“”„«».:：、，,;。।]+")
_EDGE: Final = late_pattern(r"^[\s*_`$\"'“”„«»「『]+|[\s*_`$\"'“”„«»」』.。।!]+$")
_HOMOGLYPHS: Final = str.maketrans("АВСЕ", "ABCE")
"""Cyrillic capitals that look Latin, for items whose prompt letters its choices in Latin."""
_PROMPT_LATIN: Final = late_pattern(r"(?:^|[\s(（])B\s?[).:：、．]", re.MULTILINE)
_NOT: Final = late_pattern(
    r"\b(?:not|isn't|neither|nicht|pas|no es|não é|non è|не)\s+(?:\w+\s+)?\W*$", re.IGNORECASE
)
_CALLED: Final = late_pattern(
    r"""
    (?<![\w'’]) (?P<letter>[A-Ja-j]|[Ａ-Ｊ]) [)）]? (?=[\s*\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3])
    (?P<rest>
      (?: \s+(?:is|ist|est|es|è|é|to|jest|är|er|ni|adalah|là) \b [^.!?。\n]{0,30}  # D is the best answer
        | [がはも가는이은是]{1} [^.!?。\n]{0,12} )                                # Dが正解です
    )
    """,
    re.VERBOSE,
)
_LEAVING: Final = ("that leaves", "it's", "it is", "it must be", "this leaves us with")
_SUFFIXING: Final = frozenset(("tr", "az", "uz", "kk", "tk"))
"""Languages that join endings to a letter by an apostrophe: C'dir."""
_SUFFIX: Final = late_pattern(r"['’][a-zçğışöü]{1,6}(?!\w)")
_TEXT_LENGTH: Final = 3
_CASED: Final = frozenset(("CYRILLIC", "GREEK", "ARMENIAN"))
_GLUE: Final = frozenset("'’\\_")
_COPULAS: Final = (
    "です", "だ", "で", "が", "を", "は", "の", "と", "に", "입니다", "이다", "이에요", "예요", "번", "가",
    "이", "을", "를", "은", "는", "로", "라고", "와", "과", "項", "项", "選", "选", "是", "，", "者",
)  # fmt: skip
"""What may follow a letter of its own script without a space."""
_LINKS: Final = ("是", "为", "為", "选", "選", "选择", "選擇", "は", "が")
"""What may stand before one without a space: 答案是丙."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundChoice:
    """A choice that a response takes."""

    index: int
    """From 0."""
    value: str
    """As it stands in the response."""
    source: AnswerSource


_ARTICLE: Final = late_pattern(r"(?<!\w)[Aa](?= \d| (?!is\b)[a-záéíóöőúüű]{2,})")
"""Hungarian "the", and no choice: "A 3. lehetőség a helyes"."""


def choice_of_gold(gold: str, choices: Sequence[str], language: str) -> int | None:
    """The index of the right choice; None where an item is no multiple choice.

    Args:
        gold: a letter, an index, or the text of the choice.
        choices: of the item; without any, only a letter is a choice.
        language: of the responses.
    """
    bare = _EDGE.sub("", gold).strip("()[]（）").rstrip(".):：").strip()
    if len(choices) > 1:
        folded = [_folded(choice) for choice in choices]
        if _folded(gold) in folded and folded.count(_folded(gold)) == 1:
            return folded.index(_folded(gold))
    named = letters_of(language).get(unicodedata.normalize("NFC", bare))
    if named is not None and not (bare.isascii() and bare.islower() and not choices and gold.strip() == bare):
        return named if not choices or named < len(choices) else None
    if len(choices) > 1 and bare.isdecimal() and len(bare) < len("100") and int(bare) < len(choices):
        return int(bare)
    return None


def find_choice(
    text: str, language: str, *, choices: Sequence[str] = (), prompt: str = ""
) -> FoundChoice | None:
    """The choice that a response takes, or None.

    Args:
        text: the answer part of a response.
        language: the language it is meant to be in; English is understood beside it.
        choices: texts of the choices, where the item has them.
        prompt: what was asked: whether choices have Latin letters there.
    """
    window = text[-_WINDOW:]
    if base_language(language) in {"ru", "uk", "bg", "be", "sr", "mk", "kk"} and _PROMPT_LATIN.search(prompt):
        window = re.sub(r"(?<!\w)[АВСЕ](?!\w)", lambda match: match[0].translate(_HOMOGLYPHS), window)
    if base_language(language) == "hu":
        window = _ARTICLE.sub("", window)
    finder = _Finder(language=language, choices=tuple(choices))
    boxed = [box for box in boxes(text)[-1:] if box.value]
    for answer in (*boxed, *tagged(text)):
        index = finder.whole(answer.value)
        if index is not None:
            return FoundChoice(index=index, value=answer.value, source=answer.source)
    for find in (
        finder.contrasted, finder.alone, finder.reconsidered, finder.announced, finder.optioned,
        finder.before_noun, finder.numbered, finder.concluded, finder.on_a_line, finder.by_text,
    ):  # fmt: skip
        found = find(window)
        if found is not None:
            return found
    return None


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFC", stripped(text)).casefold()
    return " ".join(_MARKUP.sub(" ", plain).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finder:
    """Looks for a choice in the ways of one language."""

    language: str
    choices: tuple[str, ...]

    def whole(self, value: str) -> int | None:
        """The choice that a box or a tag is: a letter, a letter and its text, or the text of a choice."""
        plain = unicodedata.normalize("NFC", _EDGE.sub("", stripped(value)))
        if self.choices:
            texts = [_folded(choice) for choice in self.choices]
            if texts.count(_folded(plain)) == 1:
                return texts.index(_folded(plain))
        return self._leading(plain)

    def contrasted(self, window: str) -> FoundChoice | None:
        """The last choice that takes the place of one that is denied ("not B but D")."""
        letters = sorted(contrasted_letters(window, self.language), key=lambda item: item[1])
        known = [(letter, index) for letter, _ in letters if (index := self._known(letter)) is not None]
        return _found(known[-1][1], known[-1][0], AnswerSource.PHRASE) if known else None

    def alone(self, window: str) -> FoundChoice | None:
        """A response that is nothing but a choice, perhaps with its text."""
        lines = [line for line in window.splitlines() if line.strip()]
        if len(lines) != 1:
            return None
        plain = unicodedata.normalize("NFC", _EDGE.sub("", lines[0]))
        index = self._leading(plain)
        return None if index is None else _found(index, plain, AnswerSource.PHRASE)

    def reconsidered(self, window: str) -> FoundChoice | None:
        """The choice that takes the place of one that was thought of first ("at first A, but it is D")."""
        return self._last(window, reconsidered=True)

    def concluded(self, window: str) -> FoundChoice | None:
        """The choice that the last sentence with any ends with, behind "but" or "therefore"."""
        return self._last(window, reconsidered=False)

    def _last(self, window: str, *, reconsidered: bool) -> FoundChoice | None:
        named = self._named(window, max(0, len(window) - _LAST), len(window))
        places = [(start, end) for _, _, start, end in named]
        if not ends_at_last(window, places, self.language, reconsidered=reconsidered):
            return None
        return _found(named[-1][1], named[-1][0], AnswerSource.PHRASE)

    def announced(self, window: str) -> FoundChoice | None:
        """What follows the last "the answer is"."""
        return self._behind(window, [n for phrases in answer_phrases(self.language) for n in phrases.nouns])

    def optioned(self, window: str) -> FoundChoice | None:
        """What follows the last "option"."""
        nouns = [noun for phrases in answer_phrases(self.language) for noun in phrases.option_nouns]
        return self._behind(window, nouns)

    def before_noun(self, window: str) -> FoundChoice | None:
        """The last letter called the answer ("D is the best answer") or right ("la correcta es la B")."""
        nouns = tuple(n for phrases in answer_phrases(self.language) for n in phrases.nouns)
        called = [
            (match.start(), match["letter"])
            for match in _CALLED.finditer(window)
            if any(noun in match["rest"].lower() for noun in nouns)
        ]
        for start, letter in reversed(called):
            index = self._known(letter)
            if index is not None and not self._denied(window, start, start + 1):
                return _found(index, letter, AnswerSource.PHRASE)
        for letter, index, start, end in reversed(self._named(window, 0, len(window))[-_TRIED:]):
            if called_right(window, (start, end), self.language) and not self._denied(window, start, end):
                return _found(index, letter, AnswerSource.PHRASE)
        return self._behind(window, [*right_words(self.language), *_LEAVING])

    def numbered(self, window: str) -> FoundChoice | None:
        """The last option named by its number, counted from one ("Option 3 is correct")."""
        for number, start, end in numbered_choices(window, self.language):
            if str(number) in self.choices or not 1 <= number <= (len(self.choices) or _MOST_NUMBERED):
                continue
            if not self._denied(window, start, end):
                return _found(number - 1, window[start:end], AnswerSource.PHRASE)
        return None

    def _denied(self, window: str, start: int, end: int) -> bool:
        return bool(_NOT.search(window, max(0, start - _REACH), start)) or self._refuted(window, end)

    def _refuted(self, window: str, end: int) -> bool:
        """Whether what stands before a place is called wrong: "B ist falsch", "A et C sont fausses"."""
        following = _CALLED_AS.match(window, end, end + _REACH)
        return following is not None and is_false(following[1], self.language)

    def on_a_line(self, window: str) -> FoundChoice | None:
        """The last line that begins with a choice, or the only one in brackets or bold type."""
        for line in reversed([line for line in window.splitlines() if line.strip()][-1:]):
            plain = unicodedata.normalize("NFC", _EDGE.sub("", line))
            index = self._leading(plain, strict=True)
            if index is not None:
                return _found(index, plain, AnswerSource.PHRASE)
        marked = {
            self._known(match[1])
            for match in re.finditer(
                r"(?:\(|（|\*\*|\[)\s*([^\s()*]{1,3})\s*(?:\)|）|\*\*|\])", window[-400:]
            )
        } - {None}
        if len(marked) == 1:
            (index,) = marked
            return None if index is None else _found(index, window[-400:].strip()[-40:], AnswerSource.PHRASE)
        return None

    def by_text(self, window: str) -> FoundChoice | None:
        """The only choice whose text stands in the last sentence that names any."""
        texts = [_folded(choice) for choice in self.choices]
        for sentence in reversed(_STOPS.split(window)):
            plain = f" {_folded(sentence)} "
            named = [
                index
                for index, text in enumerate(texts)
                if (len(text) >= _TEXT_LENGTH or text.isdecimal()) and f" {text} " in plain
            ]
            longest = [
                index
                for index in named
                if not any(other != index and texts[index] in texts[other] for other in named)
            ]
            if longest:
                return (
                    _found(longest[0], self.choices[longest[0]], AnswerSource.PHRASE)
                    if len(longest) == 1
                    else None
                )
        return None

    def _leading(self, plain: str, *, strict: bool = False) -> int | None:
        """The letter that a text begins with: alone, in brackets, or before a stop, a bracket or a colon."""
        opened = plain[:1] in "([（【"
        bare = plain.lstrip("([（【 *_")
        match = letter_pattern(self.language).match(bare)
        if match is None:
            return None
        rest = bare[match.end() :]
        another = letter_pattern(self.language).search(rest[:_PAIRED])
        if another is not None and joined_by(rest[: another.start()], self.language):
            return None
        delimited = opened and rest[:1] in (")", "]", "）", "】", "*")
        if (
            delimited
            or rest[:1] in (")", "]", "）", "】", ":", "：", "．", "、")
            or rest[:2] in (". ", ".")
            or not rest.strip("*_ ")
        ):
            alone = not rest.strip("*_ )]）】.:：．、")
            index = self._known(match[0])
            return (
                index
                if index is None or alone or delimited or not match[0].islower() or rest[:1] == ")"
                else None
            )
        if not strict and rest.startswith(_COPULAS) and not match[0].isascii():
            return self._known(match[0])
        if not strict and match[0].isascii() and match[0].isupper() and rest[:1] and not rest[0].isascii():
            return self._known(match[0]) if unicodedata.category(rest[0]) == "Lo" else None
        return None

    def _known(self, letter: str) -> int | None:
        index = letters_of(self.language).get(unicodedata.normalize("NFC", letter))
        return index if index is not None and (not self.choices or index < len(self.choices)) else None

    def _behind(self, window: str, nouns: Sequence[str]) -> FoundChoice | None:
        """The choice behind the last of some nouns that one is named behind."""
        lower = window.lower()
        if len(lower) != len(window):
            lower = window
        places = sorted({place for noun in nouns for place in _places(lower, noun)}, reverse=True)
        for _, end in places[:_TRIED]:
            found = self._named_in(window, end)
            if found is not None:
                return found
        return None

    def _named_in(self, window: str, start: int) -> FoundChoice | None:
        limit = min(len(window), start + _REACH)
        stop = _STOPS.search(window, start, limit)
        while stop is not None and not window[start : stop.start()].strip(" *:：_\n("):
            stop = _STOPS.search(window, stop.end(), limit)
        end = stop.start() if stop is not None else limit
        named = [one for one in self._named(window, start, end) if not self._denied(window, *one[2:])]
        # A small letter before a capital is an article: "a helyes válasz a C".
        while len(named) > 1 and named[0][0].islower() and not named[1][0].islower():
            named = named[1:]
        joint = joined_by(window[named[0][3] : named[1][2]], self.language) if len(named) > 1 else ""
        if joint:  # "either A or C, and since x > 0 it must be C"
            later = [one for one in named[2:] if one[1] in (named[0][1], named[1][1])]
            named = later or (named if joint == "and" else [])
        return _found(named[0][1], named[0][0], AnswerSource.PHRASE) if named else None

    def _named(self, window: str, start: int, end: int) -> list[tuple[str, int, int, int]]:
        """The letters of choices between two places: as written, index, start and end."""
        return [
            (match[0], index, *match.span())
            for match in letter_pattern(self.language).finditer(window, start, end)
            if self._stands_apart(window, match, start) and (index := self._known(match[0])) is not None
        ]

    def _stands_apart(self, window: str, match: re.Match[str], start: int) -> bool:
        """Whether a letter is a word of its own."""
        before, after = window[match.start() - 1 : match.start()], window[match.end() : match.end() + 1]
        letter = match[0]
        if letter.islower() and _script(letter[0]) in _CASED:  # small letters are words: "отговор е Б"
            return after in (")", "）") or before in ("(", "（")
        if letter.isascii():
            return self._latin_apart(window, match, start)
        if not letter[0].isalpha() or ord(letter[0]) >= 0xFF21:
            return True
        if before.isascii() and before.isalpha() and letter in _COPULAS:
            return False  # the particle of "B가"
        between = window[start : match.start()].strip(" :：*(（「『\"'")
        adjacent = not between or between.endswith(_LINKS)
        follows = not _same_word(after) or window.startswith(_COPULAS, match.end())
        return follows and (adjacent or not _same_word(before) or _script(before) != _script(letter[0]))

    def _latin_apart(self, window: str, match: re.Match[str], start: int) -> bool:
        before, after = window[match.start() - 1 : match.start()], window[match.end() : match.end() + 1]
        letter = match[0]
        if (before.isascii() and before.isalnum()) or before in _GLUE:
            return False
        suffixed = _SUFFIX.match(window, match.end()) if self.language[:2] in _SUFFIXING else None
        if (after.isascii() and after.isalnum()) or (after in _GLUE and suffixed is None):
            return False
        bracketed = before in ("(", "*", "[", "（", "{") or after in (")", "*", "]", "）", "}")
        if letter.islower():
            return bracketed or match.start() - start <= 1
        return bracketed or letter != "I" or not re.match(r"\s+[a-z]", window[match.end() :])


def _script(mark: str) -> str:
    return unicodedata.name(mark, "").partition(" ")[0]


def _same_word(mark: str) -> bool:
    return bool(mark) and (mark.isalnum() or unicodedata.category(mark) in ("Mn", "Mc"))


def _places(text: str, noun: str) -> Iterator[tuple[int, int]]:
    at = text.rfind(noun)
    for _ in range(_TRIED):
        if at < 0:
            return
        inside = noun[0].isascii() and text[at - 1 : at].isalpha()
        if not inside:
            yield at, at + len(noun)
        at = text.rfind(noun, 0, at)


def _found(index: int, value: str, source: AnswerSource) -> FoundChoice:
    return FoundChoice(index=index, value=value.strip(), source=source)
