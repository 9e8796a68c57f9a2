"""Finding the forms of number words in a text: by token where words are spaced, else by pattern."""

import re
from collections.abc import Callable
from functools import cache
from itertools import compress
from typing import Final

from parallelize.core.late_patterns import late_pattern
from parallelize.text.numerals.growing import FoundForm
from parallelize.text.numerals.languages import language_data
from parallelize.text.numerals.lexicon import FormRole, Lexeme, lexicon

_SEPARATORS: Final = (  # white space, digits, ASCII but letters and quotes, marks of punctuation, currencies
    "\\s\\d!-&(-/:-@\\[-_{-~\u00a0-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u2010-\u2018\u201a-\u206f"
    "\u0964\u0965\u060c\u061b\u061f\u20a0-\u20c0\u2190-\u2bff\u3000-\u303f\ufe63\uff00-\uff0f"
)
_TOKEN: Final = late_pattern(f"[^{_SEPARATORS}'’`]+")
"""A run without space, digits and punctuation; combining vowel signs stay inside."""
_TOKEN_WITH_APOSTROPHE: Final = late_pattern(f"[^{_SEPARATORS}]+")
"""Ukrainian writes an apostrophe inside words (п'ять)."""

_HAN_DIGITS: Final = "零〇○一壹壱二贰弐两兩三叁参四肆五伍六陆七柒八捌九玖十拾百佰千仟万萬亿億兆"
_HAN: Final = late_pattern(
    rf"""
    (?<!星期)(?<!礼拜)(?<!周)(?<!曜)             # Monday is weekday one
    (?: 一半 | (?:(?!
        千(?:克|米|瓦|卡|焦|伏|赫|帕|字节)        # kilo-
      | 三(?:明治|角|文鱼|轮)                    # sandwich, triangle, salmon, tricycle
      | 万(?:圣|一(?![千百十])|岁)               # Halloween, in case, long live
      | 百(?:货|合|老汇|科|香|贝)                # department store, lily, Broadway
      | 十(?:分(?!之)|字)                        # very, cross
      | 一(?:[些起共样直般旦定切边致同緒番部方体旁个半层面点]|会儿|緒|般)   # some, together, same, always
      | 四(?:季|肢) | 七夕 | 八卦 | 九州 | 二手 | 两[边侧者旁]   # seasons, limbs, both sides
      )[{_HAN_DIGITS}])+ )                       # a run of digits and powers of ten
    | 分之 | 分の                                # over: 三分之二
    | ダース                                     # dozen
    | (?<=[\d一二两三四五六七八九十半])打(?!折|[\d一二三四五六七八九])      # dozen; 打折: discount
    | (?<=\d[ ])打(?!折)
    | 半(?!径|圆|球|島|岛|数以|年|月)             # half; radius, hemisphere, island
    | 半(?=年|月)
    """,
    re.VERBOSE,
)
_KO_COUNTER_LIST: Final = (
    "번 배 개 명 시간 마리 권 가지 달 잔 살 장 대 병 그루 송이 켤레 판 주 쌍 사람 친구 곳 군데 종류 조각 "
    "봉지 상자 통 끼"
)
_KO_COUNTER: Final = _KO_COUNTER_LIST.replace(" ", "|")
_KO_ONES: Final = "하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉"
_KO_SHORT: Final = "한 두 세 네"
_KO_TENS: Final = "열 스물 서른 마흔 쉰 예순 일흔 여든 아흔"
_KO_NATIVE: Final[dict[str, int]] = {
    **{form: value for value, form in enumerate(_KO_ONES.split(), start=1)},
    **{form: value for value, form in enumerate(_KO_SHORT.split(), start=1)},
    **{form: 10 * value for value, form in enumerate(_KO_TENS.split(), start=1)},
    "스무": 20,
}
_KO_UNIT: Final = f"{_KO_ONES} {_KO_SHORT}".replace(" ", "|")
_KO_HALVED_LIST: Final = "시간 개월 달 년 배 잔 분 주 개 바퀴 컵 판"
_KO_HALF_OF: Final = "|".join(f"(?<={unit}[ ])" for unit in _KO_HALVED_LIST.split())
"""What may have a half behind it: 두 시간 반."""
_KO_STOP_LIST: Final = "조각 조항 조별 조합 조립 조장 조금 만큼 만점 만기 만남 백분 백점 천막 천장 십자 억양"
_KO_STOP: Final = _KO_STOP_LIST.replace(" ", "|")
"""Words and particles behind digits that begin like a power of ten: 6조각 (pieces), 4만큼 (as much as 4)."""
_KO: Final = late_pattern(
    rf"""
    (?<![가-힣]) (?:                               # at the start of a word:
        (?P<ten>{_KO_TENS.replace(" ", "|")}|스무)(?:[ ]?(?P<unit>{_KO_UNIT}))?(?=[ 가-힣.,]|$)  # tens
      | (?P<whole>다섯|여섯|일곱|여덟|아홉|하나|둘|셋|넷)                                 # native ones
      | (?P<short>한|두|세|네)(?=[ ]?(?:{_KO_COUNTER})|[ ][^ ])                           # before a counter
      | (?P<half>절반|(?:{_KO_HALF_OF}|(?=반(?:으로|[ 의])))반)
      | (?P<dozen>다스)
      | (?P<sino>[일이삼사오육칠팔구십백천만억]{{2,}}(?=[ 원달개명년번]|$))               # Sino-Korean
    )
    | (?<=\d)(?P<scale>[ ]?(?!{_KO_STOP})[십백천만억조](?![가-힣]*?학년)[십백천만억조]*)  # 3만; no year
    | (?<=\d)(?P<over>[ ]?분의[ ]?)(?=\d)                                # 3분의 2
    | (?P<dozens>(?<=\d)[ ]?다스)
    """,
    re.VERBOSE,
)
_KO_SINO_STOP_LIST: Final = "만일 이만 만사 일이 이천 이사 오만 천일 구이 삼사"
_KO_SINO_STOP: Final = frozenset(_KO_SINO_STOP_LIST.split())
"""Syllables that are words, or a place, more often than numbers."""
_TH: Final = late_pattern(
    """
    ศูนย์(?!กลาง|การ|สุขภาพ|เด็ก|รับ|ฝึก|ช้อป|วิ)   # zero; a centre
    | หนึ่ง | สอง
    | สาม(?!ารถ|ี|ัคคี|ัญ)                          # three; able, husband
    | สี่(?!เหลี่ยม)                                # four; a square
    | ห้า(?!ง|ม)                                   # five; a department store, to forbid
    | หก(?!ล้ม|รด)                                 # six; to fall, to spill
    | เจ็ด | แปด
    | เก้า(?!อี้)                                   # nine; a chair
    | สิบ | เอ็ด
    | ยี่(?=สิบ)                                    # the two of twenty
    | ร้อย(?!ละ|ยิ้ม|กรอง|เชือก)                    # hundred; percent, to string
    | (?<!สัม)(?<!สำ)พัน(?!ธ|ท|ช|ตรี|เอก|โท|จ่า|แผล|กัน)   # thousand; relation, ranks of officers, bandage
    | หมื่น
    | แสน(?!ดี|สนุก)                               # hundred thousand; very
    | ล้าน | โหล | ครึ่ง                            # million, dozen, half
    """,
    re.VERBOSE,
)

_LONGEST_POSITIONAL: Final = 100
"""Characters of the longest number that is read digit by digit."""


_new: Final = tuple.__new__
"""`_new(Part, (…))` makes a named tuple in a third of the time that `Part(…)` takes."""


def _no_words(_text: str) -> list[FoundForm]:
    return []


def _spaced(table: str) -> Callable[[str], list[FoundForm]]:
    lookup = lexicon(table).__getitem__
    token = _TOKEN_WITH_APOSTROPHE if table == "uk" else _TOKEN
    turkish = table == "tr"

    def scan(text: str) -> list[FoundForm]:
        lowered = text.replace("İ", "i").replace("I", "ı").lower() if turkish else text.lower()
        if len(lowered) != len(text):  # a letter whose lower case is longer would shift every offset
            lowered = "".join(character.lower()[:1] for character in text)
        found = list(map(lookup, token.findall(lowered)))
        parts: list[FoundForm] = []
        if not any(found):
            return parts
        for written, forms in zip(compress(token.finditer(lowered), found), filter(None, found), strict=True):
            at = written.start()
            for lexeme, start, end in forms:
                parts.append(_new(FoundForm, (lexeme, at + start, at + end)))
        return parts

    return scan


def _positional(run: str, values: dict[str, Lexeme]) -> int | None:
    """二〇二五: digits written one by one; None where the run is not of that kind."""
    if not 3 <= len(run) <= _LONGEST_POSITIONAL:
        return None
    digits = [values[character] for character in run]
    if any(lexeme.role is not FormRole.UNIT for lexeme in digits):
        return None
    return int("".join(str(int(lexeme.value)) for lexeme in digits))


def _scan_han(text: str) -> list[FoundForm]:
    forms = lexicon("han").forms
    parts: list[FoundForm] = []
    for match in _HAN.finditer(text):
        run, start = match.group(), match.start()
        if run in forms:
            parts.append(FoundForm(forms[run], start, match.end()))
        elif run == "一半":
            parts.append(FoundForm(forms["半"], start, match.end()))
        elif (whole := _positional(run, forms)) is not None:
            parts.append(FoundForm(Lexeme(FormRole.ADDITIVE, whole, True), start, match.end()))
        elif (
            len(run) == 2
            and text[match.end() : match.end() + 1] == "折"
            and forms[run[1]].role is FormRole.UNIT
        ):
            tens = int(forms[run[0]].value) * 10 + int(forms[run[1]].value)
            parts.append(FoundForm(Lexeme(FormRole.TEEN, tens, True), start, match.end()))
        else:
            parts.extend(FoundForm(forms[mark], start + i, start + i + 1) for i, mark in enumerate(run))
    return parts


def _korean_native(match: re.Match[str]) -> list[FoundForm]:
    start, end = match.span()
    if match["ten"]:
        ten = _KO_NATIVE[match["ten"]]
        parts = [FoundForm(Lexeme(FormRole.TEN, ten, True), start, match.end("ten"))]
        if match["unit"]:
            parts.append(
                FoundForm(Lexeme(FormRole.UNIT, _KO_NATIVE[match["unit"]], True), *match.span("unit"))
            )
        return parts
    if match["half"]:
        return [FoundForm(lexicon("han").forms["半"], start, end)]
    if match["dozen"] or match["dozens"]:
        return [FoundForm(Lexeme(FormRole.DOZEN, 12, True), start, end)]
    return [FoundForm(Lexeme(FormRole.UNIT, _KO_NATIVE[match.group()], True), start, end)]


def _scan_korean(text: str) -> list[FoundForm]:
    forms = lexicon("ko").forms
    parts: list[FoundForm] = []
    for match in _KO.finditer(text):
        start, run = match.start(), match.group()
        if match["over"]:
            parts.append(FoundForm(forms["분의"], start, match.end()))
        elif match["scale"] or match["sino"]:
            multiplied = any(forms[mark].role is not FormRole.UNIT for mark in run.strip())
            if not multiplied or run in _KO_SINO_STOP:
                continue
            parts.extend(
                FoundForm(forms[mark], start + i, start + i + 1) for i, mark in enumerate(run) if mark != " "
            )
        else:
            parts.extend(_korean_native(match))
    return parts


def _scan_thai(text: str) -> list[FoundForm]:
    forms = lexicon("th").forms
    return [FoundForm(forms[match.group()], match.start(), match.end()) for match in _TH.finditer(text)]


@cache
def word_scanner(table: str) -> Callable[[str], list[FoundForm]]:
    """The function that finds the number-word forms of a language in a text, in order.

    Args:
        table: A key of the word tables (`languages.word_table`); without a table nothing is found.
    """
    special = {"han": _scan_han, "ko": _scan_korean, "th": _scan_thai}
    if table in special:
        return special[table]
    data = language_data(table)
    if not data.words:
        return _no_words
    scan = _spaced(table)
    return _behind_digits(scan, first=data.grammar.multiplier_first) if data.partial else scan


def _behind_digits(
    scan: Callable[[str], list[FoundForm]], *, first: bool
) -> Callable[[str], list[FoundForm]]:
    """Of a language whose other words are not known: what multiplies digits or a fraction ("2.5 लाख").

    With `first` it stands before the digits.

    "Fifteen lakh" would be read as one lakh else.
    """

    def found(text: str) -> list[FoundForm]:
        kept: list[FoundForm] = []
        parts = scan(text)
        for index, part in enumerate(parts):
            before, after = parts[index - 1 : index], parts[index + 1 : index + 2]
            if part.lexeme.role is FormRole.FRACTION:
                multiplied = after and after[0].lexeme.role is FormRole.LARGE
                if multiplied and not text[part.end : after[0].start].strip():
                    kept.append(part)
            elif first:
                kept += [part] if text[part.end : part.end + 2].lstrip()[:1].isdigit() else []
            elif text[max(0, part.start - 2) : part.start].rstrip()[-1:].isdigit() or (
                before and before[0] in kept[-1:] and not text[before[0].end : part.start].strip()
            ):
                kept.append(part)
        return kept

    return found
