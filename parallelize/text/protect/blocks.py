"""Code and JSON that stand in a text without a fence, told by the shape of their lines.

A block is a run of lines of which one can only be code, with the lines around it that read as code too. It
knows nothing of fences, which the scanner reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import orjson

from parallelize.core.late_patterns import late_pattern
from parallelize.text.kinds import is_code_line, is_prose_line
from parallelize.text.protect.spans import Span, SpanKind

__all__ = ["COMMANDS", "code_blocks", "has_code_line", "json_values"]

COMMANDS = (
    r"grep|egrep|ls|cd|cp|mv|rm|mkdir|rmdir|chmod|chown|sudo|apt|apt-get|brew|pip3?|python3?|conda|npm|npx|yarn|node"
    r"|git|docker|kubectl|curl|wget|ssh|scp|rsync|tar|unzip|zip|awk|sed|xargs|export|source|ps|kill|systemctl|make"
    r"|cmake|gcc|g\+\+|javac|java|cargo|go|bash|sh|zsh|ping|df|du|tail|head|wc|uname|ifconfig|psql|mysql|ffmpeg"
)
"""Programs of a shell, as a pattern."""
_CODE_LINE = rf"""
    [ \t]*+
    (?!(?!String[ ])[A-Z][a-z]*,?[ ][\w$\\(])                                   # a sentence; fails sooner
    (?=[\w>.:\#<@\[+-]|\$[ ][a-z./])                                            # how they all begin
    (?:
        >>>[ ]|\.\.\.[ ]+\S.*[()=:]                                            # a doctest
      | (?:async[ ]+)?def[ ]+\w+[ ]*\(|class[ ]+\w+[ ]*(?:\([^()\n]*\))?:[ \t]*$  # Python
      | (?:from[ ]+[\w.]+[ ]+import[ ]+\w|import[ ]+[\w.]+(?:[ ]+as[ ]+\w+)?[ \t]*;?[ \t]*$)
      | (?:async[ ]+)?(?:for|with)[ ]+[\w,. ()=*'"\[\]]{{1,80}}:[ \t]*$
      | (?:if|elif|while)[ ]+[^\n?!.]{{0,80}}(?:[()\[\]<>=%]|\bnot\b|\bin\b)[^\n?!]{{0,80}}:[ \t]*$
      | (?:else|try|finally|except(?:[ ]+[\w.]+(?:[ ]+as[ ]+\w+)?)?):[ \t]*$
      | (?:print|println|puts|disp|len|range|input|assert|raise)\([^\n]{{0,300}}\)[ \t]*;?[ \t]*$
      | \w*+(?:\.\w++)+\([^\n]{{0,300}}\)[ \t]*$ (?<=[\w"'\])]\))                     # fmt.Println(x)
      | [a-z_]\w*+(?:,[ ]?\w++){{0,5}}[ ]:=[ ][^\s][^\n]{{0,300}}$ (?<![.?!])              # Go
      | [a-z_.][\w.]*+(?:\[[^\]\n]{{0,80}}\])?[ ]<-[ ][^\s][^\n]{{0,300}}$ (?<![.?!])     # R
      | (?:my|our)[ ][$@%]\w+[ ]?[=;]                                                    # Perl
      | local[ ](?:function[ ]\w|\w+(?:,[ ]?\w+){{0,5}}[ ]=[ ])                              # Lua
      | for[ ]\w+[ ]?=[ ]?[\w.]+[ ]?[,:][^\n?!.]{{0,80}}$
      | for[ ]\w+[ ]in[ ][^\n]{{1,200}};[ ]do[ \t]*$                                     # shells
      | (?:if|while)[ ]\[[^\n]{{1,200}};[ ](?:then|do)[ \t]*$
      | (?:defmodule[ ][A-Z][\w.]*|defp?[ ]\w+[^\n]{{0,200}}|[\w.@]+\.\w+[^\n]{{0,200}})
          [ ]do(?:[ ]\|[\w, ]{{1,60}}\|)?[ \t]*$
      | puts[ ](?:["'\[]|[a-z_]\w*(?:[.(\[][^\n]{{0,200}})?$ (?<![.?!]))                 # Ruby, Elixir
      | [a-z]\w*+[ ]::[ ][\w(\[][^\n]{{0,200}}$ (?<![.?!]) | main[ ]=[ ]                    # Haskell
      | (?:case[ ])?object[ ][A-Z]\w*[^\n]{{0,80}}\{{[ \t]*$                                  # Scala
      | val[ ]\w+[ ]?(?::[ ]?[\w\[\]]+[ ])?=[ ]                                             # and Kotlin
      | \w++[ ]*+(?:[-+*/|&]|//|\*\*)=[ ]*[\w"'(\[][^\n]{{0,300}}$ (?<![.?!])                   # x += 1
      | [a-z_]\w*+(?:\[[^\]\n]*\]|\.\w++)*[ ]=[ ](?:[a-z_][\w.]*\(|\[|\{{|["'])
          [^\n]{{0,300}}[)\]}}"';][ \t]*$                                            # x = f(y)
      | return(?:[ ]+[\w.\[\]()'"+*/% -]+)?;?[ \t]*$ (?<![.?!])(?<=[)\]\w;])(?=\n|\Z)(?!\n\n\w+[ ]\w+)
      | \#[ ]*(?:include|define|ifdef|ifndef|endif|pragma)\b|\#!/                       # C, shells
      | (?:public|private|protected|static|const|let|var|void|int|long|float|double|char|bool|boolean|auto
          |string|String|unsigned|struct|enum|interface|namespace|using|typedef|fn|func|fun|function|package
          |impl|pub|template)
          [ ]+[\w<>\[\]&*:,. ]{{0,80}}(?:[({{;=][^\n]{{0,300}})?(?<=[{{;,(])[ \t]*$
      | (?:for|while|if|switch|catch)[ ]?\([^\n]{{0,300}}\)[ ]*\{{?[ \t]*$
      | [\w.:]++(?:\([^\n]{{0,300}}\)|[ ]<<[^\n]{{1,300}});[ \t]*$                      # cout << i;
      | (?:SELECT[ ]|INSERT[ ]+INTO[ ]|UPDATE[ ]\w+[ ]+SET[ ]|DELETE[ ]+FROM[ ]      # queries
          |CREATE[ ]+(?:TABLE|VIEW|INDEX|DATABASE)[ ]
          |DROP[ ]+TABLE[ ]|ALTER[ ]+TABLE[ ]|select[ ](?:\*|\w+(?:,[ ]?\w+)+)[ ]from[ ]\w)
      | <!DOCTYPE\b|<\?(?:xml|php)\b                                                    # markup
      | diff[ ]--git[ ]|@@[ ]-\d|(?:---|\+\+\+)[ ][ab]/                                 # diffs
      | \$[ ](?=[a-z./])(?![^\n$]{{0,300}}[ ]\$)                                      # a prompt, no $ x $
      | (?:{COMMANDS})[ ](?:[^\n]{{0,200}}?[ ])?                                      # a command
          (?:-{{1,2}}[A-Za-z]|(?:\.{{0,2}}|~)/\w|https?:|\||>|[\w/-]+\.[a-z]{{1,4}}\b
            |(?:install|clone|init|commit|push|pull|run)[ ][\w.-]+$)
          [^\n?!]{{0,300}}$ (?<![.?!:,])
      | find[ ](?:[.~]|[\w.~-]*/[\w./-]*)[ ]-[a-z]{{3,}}[^\n]{{0,300}}$                # find . -name "*.log"
      | \[[\w.-]+(?:[ ]["']?[\w.-]+["']?)?\][ \t]*\n[ \t]*[\w.-]+[ ]*[=:]                # [server] port = 80
      | [A-Z][A-Z0-9_]{{2,}}=\S+[ \t]*$                                                # KEY=value
    )
"""
"""Beginnings of lines that no prose has."""
_CERTAIN = re.compile(_CODE_LINE, re.VERBOSE | re.MULTILINE)
_CERTAIN_AFTER = late_pattern(rf"\n(?:{_CODE_LINE})", re.VERBOSE | re.MULTILINE)
"""The same for a line that is not the first; searched for many times faster than with `^`."""
_LIKELY = late_pattern(
    r"""
    [ \t]*(?:
        [\w.\[\]'"*,]{1,60}(?:,[ ]?[\w.\[\]]+)*[ ]*(?:[-+*/%|&^]|//|\*\*|<<|>>|:)?=(?!=)[ ]*\S.*  # x = 1
      | [a-z]\w*(?:[ ][\w()\[\],:]{1,20}){1,5}[ ]=[ ]\S.*                   # a function of Haskell: f x = x
      | [\w.]+\(.*\)[ ]*[;{:]?[ ]*(?:\#.*|//.*)?$                          # a call
      | .*[;{}\\][ \t]*(?://.*|\#.*)?$                                      # how lines of many languages end
      | (?:print|echo|assert|raise|throw|pass|break|continue|yield|del|return|end|begin|then|fi|done|esac)\b
        [^.?!]*$
      | (?://|/\*|\*/|\#|--|\*[ ]|<!--).*                                   # comments
      | (?:FROM|WHERE|GROUP[ ]BY|ORDER[ ]BY|HAVING|LIMIT|
          (?:LEFT|RIGHT|INNER|OUTER)?[ ]?JOIN|UNION|SET|VALUES|AND|OR|ON)\b.*
      | [\]})]+[,;:]?[ \t]*$ | ["'].*["'][ \t]*[,:].*                         # parts of literals
      | [\w.-]+[ ]*[:=][ ]*["'\d\[{tf].*                                    # settings
      | </?[a-zA-Z].*>[ \t]*$
    )
    """,
    re.VERBOSE,
)
"""Lines that code has among others."""
_COMMENT = late_pattern(r"[ \t]*(?:#|//|/\*|\*|--|\"\"\"|''')")
_INDENTED = late_pattern(r"(?: {2,}|\t)\S")
_DOCTEST = late_pattern(r"[ \t]*>>>")
_DIFF = late_pattern(r"diff --git |@@ -\d|(?:---|\+\+\+) [ab]/")
_LONGEST_JSON = 20_000
_FAILED_JSON = 20
"""Beginnings without an end after which a text is given up, so that hostile text stays linear."""
_JSON_START = late_pattern(r"\{\s*\"[^\"\n]{0,200}\"\s*:|\[\s*(?:\{\s*\"|\"[^\"\n]{0,200}\"\s*,|\[)")
_JSON_SIGN = late_pattern(r"[\[\]{}]|\"(?:[^\"\\\n]|\\.){0,10000}\"")


_HINTS = (
    *(
        ">>> ",
        "def ",
        "class ",
        "import ",
        ":\n",
        "print(",
        "raise ",
        "assert ",
        "+=",
        "-=",
        "*=",
        "#include",
    ),
    *(
        "#define",
        "#!",
        "{\n",
        ";\n",
        "SELECT ",
        "INSERT ",
        "UPDATE ",
        "DELETE ",
        "CREATE ",
        "DROP ",
        "ALTER ",
    ),
    *(
        "<!DOCTYPE",
        "<?",
        "diff ",
        "@@ -",
        "--- a/",
        "]\n",
        "='",
        '="',
        " = [",
        " = {",
        " = '",
        ' = "',
        "\n$ ",
    ),
    *(
        "grep ",
        "find ",
        "git ",
        "pip",
        "npm ",
        "sudo ",
        "curl ",
        "docker ",
        "\nls ",
        "\ncd ",
        " | ",
        "&& ",
        "=/",
        "=true",
        " := ",
        " <- ",
        " do\n",
        " :: ",
        "local ",
        "puts ",
        "val ",
        "disp(",
        "println(",
    ),
)
"""A text of several lines with code has one of these somewhere."""


def has_code_line(text: str) -> bool:
    """Whether any line can only be code: without one there is no block."""
    return _CERTAIN.match(text) is not None or ("\n" in text and _CERTAIN_AFTER.search(text) is not None)


def code_blocks(text: str, spans: Sequence[Span] = ()) -> Iterator[Span]:
    """Blocks of code without a fence, in order: whole lines, with the indentation of the first.

    Args:
        text: any text.
        spans: what else is protected, in order: lines in fences and drawings are protected already.
    """
    seed = _first_certain(text)
    if "\n" not in text and seed == 0:
        yield Span(len(text) - len(text.lstrip()), len(text.rstrip()), SpanKind.CODE)
        return
    fenced = [(start, end) for start, end, kind in spans if kind is SpanKind.CODE]
    end = at = 0
    hinted = False
    while seed >= 0:
        while at < len(fenced) and fenced[at][1] <= seed:
            at += 1
        if at < len(fenced) and fenced[at][0] < seed:
            seed = _certain_after(text, fenced[at][1])
            continue
        hinted = hinted or any(map(text.__contains__, _HINTS))
        if not hinted:
            return
        start, end = _grown(text, seed, end)
        seed = _certain_after(text, end - 1)
        body = text[start:end]
        if body.strip():
            yield Span(start + len(body) - len(body.lstrip()), end, SpanKind.CODE)


def _first_certain(text: str) -> int:
    """Where the first line starts that can only be code; -1 where there is none."""
    if _CERTAIN.match(text):
        return 0
    return _certain_after(text, 0) if "\n" in text else -1


def _certain_after(text: str, position: int) -> int:
    """Where the next line starts that can only be code and is not the first; -1 where there is none."""
    found = _CERTAIN_AFTER.search(text, position)
    return -1 if found is None else found.start() + 1


def _grown(text: str, seed: int, low: int) -> tuple[int, int]:
    """A block around the start of a line that can only be code, not before `low`."""
    start = seed
    loose = _DOCTEST.match(text, seed) is not None
    while start > low:
        before = text.rfind("\n", low, start - 1) + 1 or low
        line = text[before : start - 1]
        if not line.strip() or not _reads_as_code(line):
            break
        start = before
    end = _line_end(text, seed)
    diff = _DIFF.match(text, seed) is not None
    position, blank = end, False
    while position < len(text):
        after = _line_end(text, position + 1)
        line = text[position + 1 : after]
        if not line.strip():
            if loose or blank:
                break
            blank, position = True, after
            continue
        if loose and not blank and not is_prose_line(line):
            pass  # what a doctest prints
        elif diff and line[0] in "+-@ \\i":
            pass
        elif not _reads_as_code(line) or (
            blank and not _is_certain(text, position + 1) and not _INDENTED.match(line)
        ):
            break
        blank, position = False, after
        end = after
    return start, end


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _is_certain(text: str, start: int) -> bool:
    return _CERTAIN.match(text, start) is not None


def _reads_as_code(line: str) -> bool:
    line = line[:400]
    if is_code_line(line) or _CERTAIN.match(line) or _COMMENT.match(line):
        return True
    if is_prose_line(line) and not _QUOTED.search(line):
        return False
    return _LIKELY.match(line) is not None or _INDENTED.match(line) is not None


_QUOTED = late_pattern(r"[(=]\s*[frbu]?[\"'].*[\"']")
"""A string that a program prints may hold words."""


def json_values(text: str) -> Iterator[Span]:
    """Objects and lists of JSON anywhere in a text, in order."""
    if '"' not in text or ('":' not in text and '" :' not in text and '["' not in text):
        return
    position = failed = 0
    for start in _JSON_START.finditer(text):
        if start.start() < position:
            continue
        if failed > _FAILED_JSON:
            return
        end = _closing(text, start.start())
        failed += 1
        if end > 0 and _is_json(text[start.start() : end]):
            yield Span(start.start(), end, SpanKind.CODE)
            position = end
            failed -= 1


def _closing(text: str, start: int) -> int:
    """Where brackets that open here are all closed; -1 if they are not within reach."""
    depth = 0
    for match in _JSON_SIGN.finditer(text, start, start + _LONGEST_JSON):
        if match[0] in "[{":
            depth += 1
        elif match[0] in "]}":
            depth -= 1
            if depth == 0:
                return match.end()
    return -1


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True
