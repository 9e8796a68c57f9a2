"""The table of scripts is what Unicode says."""

import unicodedata

import regex

from parallelize.metrics.scripts import SCRIPTS, script_codes


def test_table_of_scripts_is_that_of_unicode() -> None:
    sets = {code: rf"\p{{{code}}}" for code in SCRIPTS} | {"Kana": r"[\p{Hira}\p{Kana}\u30fc]"}
    groups = (rf"(?P<{code}>[{members}&&[\p{{L}}\p{{M}}]]+)" for code, members in sets.items())
    every = "".join(map(chr, range(0x32000)))
    found = bytearray(len(every))
    for match in regex.finditer("|".join(groups), every, regex.V1):
        code = SCRIPTS.index(str(match.lastgroup)) + 1
        found[match.start() : match.end()] = bytes([code]) * (match.end() - match.start())
    known = [unicodedata.category(sign) != "Cn" for sign in every]  # later versions of Unicode have more
    differing = [
        (hex(place), ours, theirs)
        for place, (ours, theirs, is_known) in enumerate(zip(script_codes(every), found, known, strict=True))
        if is_known and ours != theirs
    ]
    assert differing == []
