"""Characters and tokens that a translation never adds by itself."""

from __future__ import annotations

import re
from collections import Counter

__all__ = ["character_signs"]

_CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f]"  # C0 and C1 but tab, line feed, return, next line
    r"|[\u202a-\u202e\u2066-\u2069]"  # bidirectional embeddings, overrides and isolates
    r"|[\ufffd\ufffe\uffff\ufff9-\ufffb]"  # replacement, noncharacters, annotation
    r"|[\ud800-\udfff]"  # lone surrogates
)
_TOKENS = re.compile(
    r"<\|[^<>|\n]{1,64}\|>|<｜[^<>｜\n]{1,64}｜>|</?think(?:ing)?>|\[/?INST\]|<</?SYS>>"
    r"|<(?:start|end)_of_turn>|<(?:unk|pad|eos|bos|mask)>|<extra_id_\d{1,3}>|▁{1,4}(?=\w)|<0x[0-9A-F]{2}>"
)
# Letters after a backslash that were read as an escape: \b(oxed) \f(rac) \t(ext) \n(eq) \r(ight) \v(ec).
_ESCAPED = re.compile(
    r"\x08(?:oxed|egin|eta|inom|ar\b|mod|f\b|ig)|\x0c(?:rac|orall|box)|\x07(?:lpha|pprox|ngle|rctan)"
    r"|\t(?:ext|imes|heta|frac|an\b|o\b|ilde|au\b|riangle)|\r(?:ight|angle|ho\b|ceil|floor|m\b)"
    r"|\x0b(?:ec|ar|dots|ert|arphi)|\n(?:eq\b|abla|mid\b|ot\b|ewline|u\b)"
)
_MACRO_TAILS = {
    r"\boxed": re.compile(r"(?<![\\a-zA-Z])(?:boxed|oxed)\s*\{"),
    r"\frac": re.compile(r"(?<![\\a-zA-Z])[dt]?(?:frac|rac)\s*\{"),
    r"\sqrt": re.compile(r"(?<![\\a-zA-Z])sqrt\s*[\[{]"),
    r"\text": re.compile(r"(?<![\\a-zA-Z])(?:text|ext)\s*\{"),
    r"\times": re.compile(r"(?<![\\a-zA-Z])imes\b"),
    r"\begin": re.compile(r"(?<![\\a-zA-Z])(?:begin|egin)\s*\{"),
}


def character_signs(source: str, target: str) -> list[str]:
    """What the target has more of than the source, in words; empty for a clean text.

    Control and bidirectional characters, lone surrogates, U+FFFD, control tokens of chat templates,
    tokenizer pieces, and LaTeX commands whose backslash was eaten.
    """
    signs: list[str] = []
    for pattern in (_CONTROLS, _TOKENS, _ESCAPED):
        found = pattern.findall(target)
        if found:
            added = Counter(found) - Counter(pattern.findall(source))
            signs.extend(f"{count} × {item!r}" for item, count in sorted(added.items()))
    if "{" in target or "imes" in target:
        for macro, tail in _MACRO_TAILS.items():
            if macro in source and len(tail.findall(target)) > len(tail.findall(source)):
                signs.append(f"{macro} without its backslash")
    return signs
