"""What a whole text is: prose, code, JSON, or a value that holds no language. Told by its shape.

Ingest asks about whole texts, protection about blocks of lines; both ask here, so that they never disagree.
Everything is linear in the length of the text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

import orjson

from parallelize.core.late_patterns import late_pattern
from parallelize.core.writing import UNSPACED_LETTERS

__all__ = [
    "QUERY",
    "TextKind",
    "is_code_line",
    "is_plain_prose",
    "is_prose_line",
    "lines_like_code",
    "parsed_json",
    "text_kind",
]


class TextKind(StrEnum):
    """What a text is, as far as translation is concerned."""

    PROSE = "prose"
    """Sentences, or at least words of a language, whatever formulas, code and marks stand between them."""
    CODE = "code"
    """Lines of a programming language, a query, markup or a diff, and no prose but comments and strings."""
    JSON = "json"
    """An object or array of JSON, or of Python's literals."""
    VALUE = "value"
    """A number, an identifier, an address, a formula: nothing that a reader would read as language."""


_LITERAL_CHARS: Final = 20_000
"""Longest text that is tried as a Python literal: the parser needs many times its room."""
_CODE_SHARE: Final = 0.6
_SAMPLED_LINES: Final = 400
_WORDS_CHARS: Final = 2_000
"""Characters in which a text that holds words has one."""
_CODE_WORD_TEXT: Final = """
    select insert update delete create drop alter with import from package def class return theorem lemma
    example abbrev instance axiom structure open namespace using public private static const let var
    function if for while assert print async await module type interface enum struct int void git pip npm
    sudo docker
"""
_CODE_WORDS: Final = frozenset(_CODE_WORD_TEXT.split())
"""First words after which a text is looked at closely."""
_OPENING_CHARS: Final = 120
"""What most prose is told by."""
_LINE_CHARS: Final = 300
"""What is looked at of a line."""

QUERY: Final = late_pattern(
    r"""
    \b (?: SELECT\b[^;\n]{1,200}?\bFROM | INSERT[ ]INTO | DELETE[ ]FROM | UPDATE[ ][^\s;]{1,60}[ ]SET ) \b
    [^;\n]{1,200} ;
    """,
    re.VERBOSE,
)
"""A query amid prose, up to its semicolon."""
_STRONG: Final = late_pattern(
    r"""^\s*+
    (?!(?!String\s)[A-Z][a-z]*,?\s[A-Za-z$\\]|[^\x00-\x7f])             # a sentence; fails sooner
    (?:>>>\s.*|\.\.\.\s.*|                                           # a doctest
    (?:async\s+)?def\s+\w+\s*\(.*|class\s+\w+\s*[(:{].*|@[\w.]+(?:\(.*\))?\s*$|  # Python
    (?:from\s+[\w.]+\s+)?import\s+[\w.*{},\s]+(?:\s+as\s+\w+|\s+from\s+['"].*)?;?\s*$|
    print\(.*\)\s*;?\s*(?:\#.*)?$|
    return(?:\s*;|\s+[\w.\[\]()'"{]+(?:\s*[-+*/%<>=&|.,(\[:].*|\s+(?:for|if|in|and|or|not|is)\s.*|;)?\s*$|\s*$)|
    (?:else|try|finally|except(?:\s+[\w.()]+)?(?:\s+as\s+\w+)?)\s*:\s*(?:\#.*)?$|
    (?:async\s+)?for\s+[\w,\s()]{1,60}?\sin\s+[\w.'"]*\s*(?:[(\[{'"].*)?:\s*(?:\#.*)?$|
    (?:if|elif|while|with|match|case)\b[^?!]*(?:[()\[\]<>=%]|\b(?:not|in|is|and|or|True)\b)[^?!]*:\s*(?:\#.*)?$|
    \#\s*(?:include|define|ifdef|ifndef|endif|pragma)\b.*|\#!/.*|      # C and shells
    (?:public|private|protected|static|final|const|let|var|void|int|long|float|double|char|bool|boolean|auto|string|
       String|unsigned|struct|enum|interface|namespace|using|typedef|extern|fn|func|fun|function|package|impl|pub|
       type|module|template)\b\s*[\w<>\[\]&*:,.\s]*[\w>\]*&]?\s*(?:[({;]|:?=(?!=)).*|
    (?:\}|\)|\])+\s*[;,]?\s*(?:else|catch|while|finally)?.*[{;]?\s*$(?<!\w)|  # closing brackets
    (?:SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|CREATE\s+(?:TABLE|VIEW|INDEX)|DROP\s+TABLE|ALTER\s+TABLE|
       WITH\s+\w+\s+AS)\b.*|                                            # queries
    (?:theorem|lemma|example|def|abbrev|instance|axiom)\b[^.?!]*?(?::=|[)\]}]\s*:|\s:\s.*(?:\bby\b|:=)).*|
    (?:import|open)\s+[A-Z][\w.]*(?:\s+[A-Z][\w.]*)*\s*$|
    (?:norm_num|n?linarith|ring_nf|field_simp|simp_all|simpa|rintro|rcases|gcongr|push_neg)\b.*|  # tactics
    (?:rw|simp|simp_rw|exact|apply|obtain|have|refine)\s*(?:\w+\s*)?(?:\[|⟨|:=|:\s.*:=).*|
    \[\s*[A-Za-z_][\w .\-]{0,60}\((?:\s*\w+\s*=.*)?\)\s*\]\s*$|  # calls of tools
    <!DOCTYPE\b.*|<\?(?:xml|php)\b.*|                                  # markup
    </?(?:html|head|body|div|span|p|ul|ol|li|table|tr|td|th|script|style|a|img|form|input|section|h[1-6])\b[^<>]*>(?:[^<>]*</\w+>)?\s*$|
    diff\s--git\s.*|@@\s-\d.*|(?:---|\+\+\+)\s[ab]/.*                 # diffs
    )""",
    re.VERBOSE,
)
"""Lines that no prose has."""
_STRONG_WORDS: Final = frozenset(
    re.findall(
        r"\w+",
        """
        async def class from import print return else try finally except for if elif while with match case
        public private protected static final const let var void int long float double char bool boolean auto
        string String unsigned struct enum interface namespace using typedef extern fn func fun function
        package impl pub type module template
        SELECT INSERT UPDATE DELETE CREATE DROP ALTER WITH
        theorem lemma example abbrev instance axiom open
        norm_num linarith nlinarith ring_nf field_simp simp_all simpa rintro rcases gcongr push_neg
        rw simp simp_rw exact apply obtain have refine
        diff
        """,
    )
)
"""Words that open a line of `_STRONG`; all its other lines open with a sign."""
_MAY_OPEN_CODE: Final = late_pattern(
    r"\n (?! [0-9BEFGHJ-RTVX-Z\n\\$&(=|*\"'] | \#\# | (?!String)[A-Z][a-z] | \Z)", re.VERBOSE
)
"""Where a line may begin that `_STRONG` knows: not with a number, a formula, a heading, most capitals, a
sentence."""
_FENCES: Final = ("```", "~~~")
_FIRST_WORD: Final = late_pattern(r"\s*(\w+)")
_COLUMN: Final = (
    r"[\w\"`.]+[ ]+(?:(?:BIG|SMALL)?INT|INTEGER|SERIAL|TEXT|VARCHAR|CHAR|NUMBER|DECIMAL|NUMERIC|REAL|FLOAT"
    r"|DOUBLE|BOOLEAN|DATE|DATETIME|TIMESTAMP|BLOB)\b|(?:PRIMARY|FOREIGN)[ ]KEY\b"
)
"""How a column of a table is declared in SQL."""
_LIKELY: Final = late_pattern(
    r"""^\s*(?:
    [\w.\[\]'"*,\s]{1,60}?\s*(?:[-+*/%|&^]|//|\*\*|<<|>>|:)?=(?!=)\s*\S.*|  # an assignment
    [\w.]+\(.*\)\s*[;{:]?\s*(?:\#.*|//.*)?$|                          # a call
    .*[;{}]\s*(?://.*|\#.*)?$|                                        # how lines of many languages end
    (?:print|println|printf|echo|console\.log|assert|raise|throw|pass|break|continue|yield|del|await|sudo|pip|npm|git|cd|
       end|begin|then|fi|done|esac|do)\b(?:[^a-z\s].*|\s*[(\w'"$-].*)?$(?<![.?!])|
    (?:simp|omega|rfl|ring|decide|aesop|tauto|trivial|constructor|assumption|sorry|(?:intro|use|cases|induction)\s.*)|
    (?://|/\*|\*/|\#|--)\s?.*|\*\s.*|                                 # comments
    """
    + _COLUMN
    + r""".*|
    (?:FROM|WHERE|GROUP\s+BY|ORDER\s+BY|HAVING|LIMIT|(?:LEFT|RIGHT|INNER|OUTER)?\s*JOIN|UNION|SET|VALUES|AND|ON)\b.*|
    [+-]\s{0,8}\S*[()=;{}\[\]].*|                                     # a line of a diff
    [\]})]+[,;]?|['"].*['"]\s*[,:].*|[\w.]+\s*[:,]\s*['"\d\[{].*,?    # parts of literals
    )\s*$""",
    re.VERBOSE,
)
"""Lines that code has among others; a formula or a list may look the same."""
_LOOSE: Final = late_pattern(r"\s*>>>\s|diff --git |@@ -\d|--- a/")
"""First lines of doctests and diffs, whose other lines may be anything."""
_WORDS: Final = late_pattern(
    r"(?:(?<=\s)|^)[^\W\d_]{2,}[,;:]?(?:\s+[^\W\d_]+(?:['’-][^\W\d_]+)*[,;:.!?]?){3,}"
)
"""Four words in a row with nothing but blanks between them."""
_NO_PROSE: Final = late_pattern(rf"^\s*(?:#|//|/\*|\*|--|\"\"\"|'''|{_COLUMN})")
"""A comment of code, whatever words it has, or a column of a table."""
_LINE_END: Final = late_pattern(r"(?<=[\w)\]}:;,'\"])[ \t]+(?:#|//|--)[ \t].*")
"""A comment behind code."""
_LETTERS: Final = late_pattern(r"[^\W\d_]{2,}")
_UNSPACED: Final = late_pattern(f"[{UNSPACED_LETTERS}]")
"""Scripts that write no blanks between words."""
_FORMULA: Final = late_pattern(
    r"\$\$.*?\$\$|\$[^$\n]*\$|\\\(.*?\\\)|\\\[.*?\\\]|\\[A-Za-z]+\*?|[{}^_&]", re.DOTALL
)
_TOKEN: Final = late_pattern(r"\S*[\d_/\\@#=<>{}\[\]|~^+*%$&]\S*|\S*[^\W\d_]\.[^\W\d_]\S*|\S*[a-z][A-Z]\S*")
"""White-space words that are identifiers, addresses, paths, numbers with units."""


def parsed_json(text: str) -> Any:
    """The object or array that a text is as a whole, in JSON or as a Python literal; None for others."""
    head = text.lstrip()[:1]
    if head not in ("{", "["):
        return None
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        found = _literal(text)
    return found if isinstance(found, dict | list) else None


def _literal(text: str) -> Any:
    if len(text) > _LITERAL_CHARS or text.rstrip()[-1:] not in ("}", "]"):
        return None
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None


def is_code_line(line: str) -> bool:
    """Whether a line can only be code."""
    first = _FIRST_WORD.match(line)
    return (first is None or first[1] in _STRONG_WORDS) and _STRONG.match(line) is not None


def is_prose_line(line: str) -> bool:
    """Whether a line has four words in a row; a comment of code is none."""
    return _NO_PROSE.match(line) is None and (_has_plain_run(line.split()) or _WORDS.search(line) is not None)


def _has_plain_run(words: Sequence[str]) -> bool:
    """Whether four words of letters stand in a row, the first of two letters; `_WORDS` finds them, too."""
    run = 0
    for word in words:
        if not word.isalpha():
            run = 0
        elif run or len(word) > 1:
            run += 1
            if run == 4:
                return True
    return False


def text_kind(text: str) -> TextKind:
    """Tell what a whole text is.

    Code counts only where at least 60 % of the lines look like it, one of them can be nothing else, and
    hardly any line is prose; a question with a program in it is prose.
    """
    first = _FIRST_WORD.match(text)
    if first is not None and first[1] not in _STRONG_WORDS:
        start = first.start(1)
        if _has_plain_run(text[start : start + _OPENING_CHARS].partition("\n")[0].split()):
            return TextKind.PROSE  # as below, told sooner
    return _kind(text)


def is_plain_prose(text: str) -> bool:
    """Whether a text that has words of a language is prose: it has no line that code must have; quick."""
    if not text[:1].isalpha():
        return False
    if "\n" not in text:
        return _opens_a_sentence(text) or not is_code_line(text)
    if _MAY_OPEN_CODE.search("\n" + text) is None:
        return True
    words = text[:_OPENING_CHARS].partition("\n")[0].split(None, 4)[:4]
    if len(words) == 4 and words[0] not in _STRONG_WORDS and len(words[0]) > 1 and "".join(words).isalpha():
        return True
    return not _may_be_code(text)


def _opens_a_sentence(line: str) -> bool:
    """Whether a line begins with a capital and a small letter, as of words of code only `String` does."""
    return line[:1].isupper() and line[1:2].islower() and not line.startswith("String")


@lru_cache(maxsize=1024)
def _kind(text: str) -> TextKind:
    if _opens_as_prose(text):
        return TextKind.PROSE
    stripped = text.strip()
    if not stripped:
        return TextKind.VALUE
    if stripped[0] in "{[" and parsed_json(stripped) is not None:
        return TextKind.JSON
    if _may_be_code(stripped):
        first = stripped[:_LINE_CHARS].partition("\n")[0]
        if is_prose_line(first) and not is_code_line(first):
            return TextKind.PROSE  # nothing that is code as a whole begins with words of a sentence
        if is_code(stripped):
            return TextKind.CODE
    return TextKind.PROSE if _has_words(stripped) else TextKind.VALUE


def _may_be_code(text: str) -> bool:
    """Whether a text has a fence or a line that can only be code; what has none is no code."""
    if text.startswith(_FENCES):
        return True
    return any(line[:1] == "⊢" or is_code_line(line) for line in lines_like_code(text))


def lines_like_code(text: str) -> Iterator[str]:
    """The beginnings of the lines among which are all that `is_code_line` says yes to; of most texts none."""
    for start in map(re.Match.start, _MAY_OPEN_CODE.finditer("\n" + text)):
        yield text[start : start + _LINE_CHARS].partition("\n")[0]


def _lines(text: str) -> list[str]:
    """The first lines of a text that are not blank, with the beginning of each."""
    if "\n" not in text:
        return [text[:_LINE_CHARS]]
    return [line[:_LINE_CHARS] for line in text.split("\n", _SAMPLED_LINES)[:_SAMPLED_LINES] if line.strip()]


def _opens_as_prose(text: str) -> bool:
    """Whether a text begins with a few plain words, none of them of a programming language; quick."""
    words = text[:60].split(None, 4)
    if len(words) < 5 or words[0].lower() in _CODE_WORDS or "\n" in text[: len(words[0]) + len(words[1])]:
        return False
    marked = [word for word in words[:4] if not word.isalpha()]
    return not marked or all(word.rstrip(",;'").isalpha() for word in marked)


def is_code(text: str) -> bool:
    """Whether a text as a whole is code, fenced or not."""
    lines = _lines(text)
    if not lines:
        return False
    if lines[0].lstrip().startswith(_FENCES):
        fence = lines[0].lstrip()[:3]
        inside = [line for line in lines[1:] if not line.lstrip().startswith(fence)]
        closings = sum(line.lstrip().startswith(fence) for line in lines[1:])
        return closings <= 1 and (lines[-1].lstrip().startswith(fence) or _are_code(inside))
    return _are_code(lines)


def _are_code(lines: Sequence[str]) -> bool:
    strong = code = prose = 0
    quoted = ""
    if any(line.lstrip().startswith("⊢") for line in lines):
        return True  # what is to be proved, as Lean shows it
    marked = _LOOSE.match(lines[0]) if lines else None
    for line in lines:
        for mark in ('"""', "'''"):
            if quoted in ("", mark) and line.count(mark) % 2:
                quoted = "" if quoted else mark
                code += 1
                break
        else:
            if quoted:
                code += 1
            elif is_code_line(line):
                strong += 1
                code += 1
            elif is_prose_line(_LINE_END.sub("", line)) and not (marked and line[0] in "+-@ "):
                prose += 1
                if prose * 8 > len(lines):
                    return False
            elif marked or _LIKELY.match(line):
                code += 1
    return strong > 0 and code >= _CODE_SHARE * len(lines)


def _has_words(text: str) -> bool:
    """Whether anything in it reads as language: one word of two letters beside formulas and identifiers."""
    text = text[:_WORDS_CHARS]
    if not text.isascii() and _UNSPACED.search(text):
        return True
    if _opens_with_words(text):
        return True
    rest = _FORMULA.sub(" ", text) if any(sign in text for sign in "$\\") else text
    if " " not in rest.strip() and "\n" not in rest:
        return rest.isalpha() and len(rest) > 2 and (rest.islower() or rest.istitle())
    return any(_LETTERS.search(word) and not _TOKEN.match(word) for word in rest.split())


def _opens_with_words(text: str) -> bool:
    """Whether one of the first words, before any formula, is plainly one; quick."""
    words = text[:_OPENING_CHARS].partition("$")[0].partition("\\")[0].split(None, 4)
    return len(words) > 1 and any(
        len(word) > 1 and word.isalpha() and word[1:].islower() for word in words[:-1]
    )
