"""Times of day and dates as people write them: `17:45 Uhr`, `5:45 PM`, `3. Mai 1999`, `1999年5月3日`."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from parallelize.core.late_patterns import late_pattern
from parallelize.text.answers.words import month_in
from parallelize.text.numerals import base_language

_LONGEST: Final = 60
_HOUR_WORDS: Final = (
    r"uhr|h|hrs?|hours?|heures?|horas?|ore|時|时|點|点|시|часов|часа|час|ч|год|godz|hod|saat|jam|pukul|giờ|g|"
    r"โมง|นาฬิกา|น|o'?clock|klo|kl|óra|बजे|টা|ساعة|ώρα"
)
_MINUTE_WORDS: Final = r"min(?:ute[ns]?|uti|utos)?|分|분|минут[аы]?|мин|phút|นาที|m|dk|मिनट|minuta|minuty"
_CLOCK: Final = late_pattern(
    rf"""
    (?<![\d:.,/-]) (?P<hour>[01]?\d|2[0-4])
    (?: \s*:\s* (?P<colon>[0-5]\d) (?::(?P<second>[0-5]\d))? (?![\d:])                  # 17:45, 17:45:00
      | \s*[.h]\s? (?P<dot>[0-5]\d) (?!\d) (?= \s* (?:{_HOUR_WORDS})? \b | $ )          # 17.45 Uhr, 17h45
      | \s* (?:{_HOUR_WORDS}) \s* (?P<word>[0-5]?\d) \s* (?:{_MINUTE_WORDS})? )         # 17 Uhr 45, 17時45分
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WHOLE_HOUR: Final = late_pattern(
    rf"(?<![\d:.,/-])(?P<hour>[01]?\d|2[0-4])\s*(?:{_HOUR_WORDS}|(?=[ap]\.?\s?m\b))", re.IGNORECASE
)
_AFTERNOON: Final = late_pattern(
    r"""
    \b p\.?\s?m \b | μ\.?μ | abends | nachmittags | 's[ ]middags | 's[ ]avonds
    | tarde | noche | noite | du[ ]soir | après-midi | di[ ]sera | pomeriggio
    | вечера | дня | вечора | на[ ]вечер | po[ ]południu | wieczorem | odpoledne | večer
    | öğleden[ ]sonra | akşam | sore | malam | jioni | alasiri | chiều | tối
    | مساء | بعد[ ]الظهر | بعدازظهر | عصر | \bم\b | शाम | दोपहर | বিকাল | বিকেল | সন্ধ্যা
    | 下午 | 晚上 | 午後 | 夜 | 오후 | 저녁 | บ่าย | เย็น
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MORNING: Final = late_pattern(
    r"""
    \b a\.?\s?m \b | π\.?μ | morgens | vormittags | 's[ ]ochtends | mañana | manhã | du[ ]matin | di[ ]mattina
    | утра | ранку | rano | ráno | dopoledne | sabah | pagi | asubuhi | sáng
    | صباح | صبح | \bص\b | सुबह | সকাল | 上午 | 早上 | 凌晨 | 午前 | 朝 | 오전 | เช้า
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ISO: Final = late_pattern(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_NUMERIC: Final = late_pattern(r"(?<!\d)(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4})(?!\d)")
_EASTERN: Final = late_pattern(r"(?:(\d{4})\s*[年년]\s*)?(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号號일]")
_NUMBER: Final = late_pattern(r"\d+")
_BUDDHIST_YEARS: Final = 543
_BUDDHIST_FROM: Final = 2400
_LAST_DAY, _LAST_MONTH, _FIRST_YEAR = 31, 12, 100
_NOON, _DAY = 43_200, 86_400
_MOST_LEFT: Final = 24
"""Letters of a date that are neither its month nor a number: "de", "року", "the", "of", weekdays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTime:
    """A time of day, on a clock of 24 or 12 hours."""

    second: int
    """Since midnight; of a half day where `half` is None and the hour is at most 12."""
    half: str | None
    """`am`, `pm`, or None where the text does not say."""

    def agrees(self, other: "ClockTime") -> bool:
        """Whether two writings may mean the same time: without am and pm, either half of the day counts."""
        if self.second == other.second:
            return True
        said = (self.half is None) != (other.half is None)
        return said and self.second % _NOON == other.second % _NOON


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDate:
    """A date, with or without its year."""

    year: int | None
    month: int
    day: int | None

    def agrees(self, other: "CalendarDate") -> bool:
        """Whether two dates are the same in all that both say."""
        years = self.year is None or other.year is None or self.year == other.year
        days = self.day == other.day
        return years and days and self.month == other.month


def _plain(text: str) -> str:
    """Digits of every script in ASCII, wide characters narrow."""
    narrow = unicodedata.normalize("NFKC", text)
    return (
        "".join(str(unicodedata.decimal(mark, mark)) for mark in narrow) if not narrow.isascii() else narrow
    )


def read_time(text: str) -> ClockTime | None:
    """A time of day that is all of a short text; None for everything else."""
    if len(text) > _LONGEST or not any(mark.isdigit() for mark in text):
        return None
    plain = _plain(text).replace("{:}", ":").replace("\\!", "").replace("\\:", ":")
    match = _CLOCK.search(plain) or _WHOLE_HOUR.search(plain)
    if match is None:
        return None
    rest = plain[: match.start()] + " " + plain[match.end() :]
    if _NUMBER.search(rest):
        return None
    groups = match.groupdict()
    minute = int(groups.get("colon") or groups.get("dot") or groups.get("word") or 0)
    pointed = groups.get("dot") is not None or "colon" not in groups
    half = "pm" if _AFTERNOON.search(plain) else "am" if _MORNING.search(plain) else None
    if (
        pointed
        and half is None
        and not re.search(rf"(?<!\w)(?:{_HOUR_WORDS})(?!\w)|[時时點点시]|\dh", plain, re.IGNORECASE)
    ):
        return None
    hour = int(match["hour"])
    if half is None and hour > _LAST_MONTH:
        half = "pm"  # nobody writes 19:15 for a quarter past seven in the morning
    if half is not None and hour <= _LAST_MONTH:
        hour = hour % 12 + (12 if half == "pm" else 0)
    seconds = (hour * 60 + minute) * 60 + int(groups.get("second") or 0)
    return ClockTime(second=seconds % _DAY, half=half)


def read_date(text: str, language: str) -> CalendarDate | None:
    """A date that is all of a short text; None for everything else.

    Args:
        text: such as `May 3, 1999`, `3 мая 1999 г.`, `03.05.1999`.
        language: BCP 47 tag: whose months, and whether `3/5` is in May.
    """
    if len(text) > _LONGEST or not any(mark.isdigit() for mark in text):
        return None
    plain = _plain(text)
    return _in_numbers(plain, language) or _with_month(plain, language)


def last_date(sentence: str, language: str) -> str | None:
    """The date that a sentence says last, as it stands there: "… le 14 juillet 2023.".

    Args:
        sentence: the end of a response.
        language: of it.
    """
    eastern = list(_EASTERN.finditer(sentence))
    if eastern:
        return eastern[-1].group()
    pieces = [_ENDING.sub("", piece.strip(".,;()*")) for piece in sentence.split()[-_MOST_PIECES:]]
    for end in range(len(pieces), 0, -1):
        for start in range(max(0, end - _DATE_PIECES), end):
            text = " ".join(pieces[start:end])
            edges = pieces[start][:1].isdigit() or pieces[end - 1][-1:].isdigit()
            found = read_date(text, language) if edges else None
            if found is not None and found.day is not None:
                return text
    return None


_ENDING: Final = late_pattern(r"(?<=\d)['’-][^\W\d_]+$")
"""A case behind a number: 2024'te, 3-án."""
_MOST_PIECES, _DATE_PIECES = 24, 6


def _in_numbers(plain: str, language: str) -> CalendarDate | None:
    match = _EASTERN.search(plain) or _ISO.search(plain)
    if match is not None:
        return _date(match[1], match[2], match[3])
    match = _NUMERIC.search(plain)
    if match is None:
        return None
    first, second = (match[1], match[2]) if base_language(language) == "en" else (match[2], match[1])
    return _date(match[3], first, second) or _date(match[3], second, first)


def _with_month(plain: str, language: str) -> CalendarDate | None:
    named = month_in(plain, language)
    if named is None:
        return None
    month, rest = named
    numbers = [int(number) for number in _NUMBER.findall(rest) if len(number) < len("10000")]
    if sum(map(str.isalpha, rest)) > _MOST_LEFT or not 1 <= len(numbers) <= len(("day", "year")):
        return None
    years = [number for number in numbers if number >= _FIRST_YEAR]
    days = [number for number in numbers if 1 <= number <= _LAST_DAY]
    if len(years) + len(days) != len(numbers) or len(years) > 1 or len(days) > 1:
        return None
    return CalendarDate(year=_year(years[0]) if years else None, month=month, day=days[0] if days else None)


def _year(number: int) -> int:
    return number - _BUDDHIST_YEARS if number >= _BUDDHIST_FROM else number


def _date(year: str | None, month: str, day: str) -> CalendarDate | None:
    if not 1 <= int(month) <= _LAST_MONTH or not 1 <= int(day) <= _LAST_DAY:
        return None
    return CalendarDate(year=_year(int(year)) if year else None, month=int(month), day=int(day))
