"""Signs that the beginning of a text is missing."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["cut_beginning"]

_CASED = frozenset({"Latn", "Cyrl", "Grek", "Armn"})
"""Scripts whose sentences begin with a capital."""
_OPENERS = ' \t\r\n"“„«»‹›「『（([{*_#>`¿¡-–—•….'
_WORD = re.compile(r"[^\W\d_]+(?:[-'’ʼ][^\W\d_]+)*")
_NEVER_FIRST = re.compile(r"\s*(?:[,;!?)\]}、。，；：！？」』】》）؟،؛।]|\.(?![\w.])|:(?![\w/(-]))")
"""Marks that close something, and begin no text."""
_FIRST_WORDS = 5
_CONNECTIVES = """
fr que qui et ou mais puis car dont où en ce
es que y o pero porque cuando
it che e ma chi
pt que e mas porém quando
cs i a ale že
pl i a ale że
sk i a ale že
de und aber dass denn
nl en maar dat
da men og at
no men og at
sv och att
id yang dan tetapi
ms yang dan tetapi
ru и но что а
uk і але що а
tr ve ama
sw na lakini
vi và nhưng
ro și dar că
hu és de hogy
"""
_GOES_ON: Final = {line.split()[0]: frozenset(line.split()[1:]) for line in _CONNECTIVES.strip().split("\n")}
"""Words with which people go on from the sentence before, in small letters, by language."""
_ARTICLE = "a"
"""An English source has it anyway."""
_SHORTEST = 2
_GOES_ON_IN_WORDS = re.compile(r"\s+[^\W\d_]{2,}")
"""What follows a preposition of one letter, and no variable: в классе."""
_GOES_ON_BEHIND = re.compile(r"\s+\d|[,;:]\s")
"""What may follow the last letter of a word, or a variable that the source has as well."""
_ABBREVIATED = re.compile(r"[^\W\d_]\.|[^\W\d_]{2}\.\s?\d")
"""A variable or an initial; ca. 40, п. 5."""
_ELISION = re.compile(r"['’ʼ]")
_SPEECH = re.compile(r"[\"“”«»„]")
"""Of a quotation that another row begins or ends, the middle stands alone."""
_SPEECH_OPENED = re.compile(r"(?<!\S)[\"“„«](?=\w)")
"""What begins a quotation, of which a source that begins in another may have the end only."""
_OPENED = re.compile(r"(?<!\S)['‘](?=\w)")
_UNCASED = frozenset({"yo"})
"""Languages whose writers leave letters with marks small."""
_COUNTERS = {
    "ja": re.compile(
        r"""
        (?: 個 | 枚 | 冊 | 匹 | 羽 | 歳 | つ | 人(?=の)
          | 本(?=の(?!中|表紙|題|著者|内容|作者|ページ|値段|価格))  # of sticks; "in the book" is a book
          | [名杯軒匹](?=[のが]) | (?:時間|週間|か月)の | ドル | 円(?=[をで]) | パーセント | 時間目 | 番目 )
        (?=[のをがはでにとも、])
        | を                                            # a particle: no text begins with it
        """,
        re.VERBOSE,
    ),
    "ko": re.compile(
        r"""
        (?: 개 | 명 | 마리 | 권 | 그루 | 켤레 | 달러 | 센트 | 킬로그램 | 미터 | 번째 )
          (?=[의를을가이은는와과에로,\s])
        | (?: 를 | 을 | 은 | 는 | 의 | 에서 | 부터 | 까지 ) \s  # particles alone
        """,
        re.VERBOSE,
    ),
    "zh": re.compile(  # each but where a common word begins with it: 个人, 名学, 只有
        r"""
        (?: 个(?![人体性别]) | 美元 | 公斤 | 公里 | 岁 | 块钱 | 分之
          | 名(?=[学同工顾客运选员乘旅游老教男女孩志士队]|参加) | 棵 | 辆 | 颗(?!粒)
          | 只(?=[鸡鸭狗猫羊鸟兔猴鹅鱼虫手球]) | 本书(?!店) | 张(?=[纸票桌床照卡邮贴]) | 支(?=[铅钢笔球队])
          | 条(?=[鱼裙裤蛇路线狗]) | 匹(?=[马布]) | 头(?=[牛猪羊大象奶]) | 朵
          | [瓶杯袋箱盒](?=[水牛果啤苹橙糖巧饼鸡面牛]) )
        """,
        re.VERBOSE,
    ),
}
"""What stands after a number in that language, and so begins no text: counters and particles."""
_NOUNS = {
    "ko": {"개": r"dogs?\b|pupp", "권": r"Kwon", "마리": r"Mar[iy]"},
    "ja": {"本": r"books?\b", "人": r"people|persons?\b|human", "円": r"circles?\b"},
    "zh": {
        "个": r"individual|each|every", "名": r"names?\b|famous", "头": r"heads?\b|hair", "只": r"only|just",
        "张": r"Zhang", "支": r"branch|support", "条": r"strips?\b|condition", "岁": r"years?\b|age",
        "瓶": r"bottles?\b", "杯": r"cups?\b|glass", "袋": r"bags?\b", "箱": r"box", "盒": r"box",
        "颗": r"grain", "朵": r"cloud|flower",
    },
}  # fmt: skip
"""Counters that are nouns as well, and how the source then says them."""
_UNITS_AFTER = {
    "zh": re.compile(
        r"""
        (?: 天(?![气空使才堂文地生然下鹅平秤线亮津山上子主王体])  # a day; 天气 is the weather
          | 小时(?!候) | 分钟
          | 年(?![轻龄级纪度老代幼份终轮])                     # a year; 年轻 is young
          | 元(?![素旦宵件首])
          | [升克](?![高级温任服隆])
          | 千克 | 厘米 | 毫升 | 页(?![码面岩]) )
        (?=[^，。、？！的\s])
        """,
        re.VERBOSE,
    ),
}
"""Units that may begin a word as well: they count where the whole is short."""
_NEVER_BEGINS = {
    "ja": re.compile(
        r"(?:のため|ために|ので、|のに、|により|によって|によると|による|に対して|に関して|において|について|として|から、|まで、|を[^ぁ-ん])"
    ),
    "ko": re.compile(r"(?:는|를|을|에게|에서|까지|부터|때문에|으로)[\s,]"),
    "zh": re.compile(r"(?:的(?![士确])|了(?![解不结])|着(?![急手重眼火陆迷])|们)"),
    "hi": re.compile(r"(?:का|की|के|को|ने|में|से)\s"),
    "ur": re.compile(r"(?:کا|کی|کے|کو|نے)\s"),
    "tr": re.compile(r"(?:da|de|ki|mi|mı|mu|mü|ise|için|göre)\s"),
    "hu": re.compile(r"(?:is|sem)\s"),
}
"""What stands behind a word only: particles and postpositions."""
_COUNT = re.compile(
    r"""
    \b (?: two | three | four | five | six | seven | eight | nine | ten | eleven | twelve | \w+teen
         | (?: twen | thir | for | fif | six | seven | eigh | nine ) ty
         | (?: two | three | four | five | six | seven | eight | nine | ten | eleven | twelve
             | \w+teen | \w+ty ) - \w+                 # thirty-five, three-year
         | hundred | thousand ) \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_EACH = re.compile(r"\b(?:each|every|per|a|an|one|\d+)\b", re.IGNORECASE)


def cut_beginning(source: str, target: str, language: str, script: str, *, short: bool = False) -> list[str]:
    """What shows that the target begins in the middle of a sentence or a word, though the source does not.

    Args:
        source: source text.
        target: target text.
        language: code of the target's language.
        script: its script.
        short: whether the target is shorter than usual.
    """
    begin = target.lstrip()[:60]
    if not begin or not source.strip():
        return []
    if unicodedata.category(begin[0]).startswith("M") and not _starts_alike(source, begin):
        return [f"a mark without its letter at the beginning: {begin[:20]!r}"]
    if _NEVER_FIRST.match(begin) and not _NEVER_FIRST.match(source):
        return [f"a closing mark at the beginning: {begin[:20]!r}"]
    if script in _CASED and language not in _UNCASED and _small(source, target, language.partition("-")[0]):
        return [f"a small letter at the beginning: {begin[:20]!r}"]
    particle = _NEVER_BEGINS.get(language.partition("-")[0])
    if particle is not None and particle.match(begin) and _WORD.match(source.lstrip(_OPENERS)):
        return [f"a particle at the beginning: {begin[:20]!r}"]
    sign = _after_number(source, begin, language.partition("-")[0], short=short)
    return [f"{sign} at the beginning: {begin[:20]!r}"] if sign else []


def _after_number(source: str, begin: str, code: str, *, short: bool) -> str:
    """What a text begins with that stands after a number only; empty if nothing."""
    counter, unit = _COUNTERS.get(code), _UNITS_AFTER.get(code)
    if (
        counter is not None
        and counter.match(begin)
        and _number_first(source)
        and not _is_noun(source, begin, code)
    ):
        return "a counter without its number"
    if short and unit is not None and unit.match(begin) and _EACH.search(source):
        return "a unit without its number"
    return ""


def _is_noun(source: str, begin: str, code: str) -> bool:
    """Whether the first word of the source is the noun that the counter is as well."""
    noun = next((said for sign, said in _NOUNS.get(code, {}).items() if begin.startswith(sign)), None)
    return (
        noun is not None
        and re.match(rf"\W*(?:(?:The|A|An|Every|Each|All|Most|Some)\s+)?(?:{noun})", source, re.IGNORECASE)
        is not None
    )


def _starts_alike(source: str, begin: str) -> bool:
    return source.lstrip()[:1] == begin[0]


def _small(source: str, target: str, language: str) -> bool:
    """Whether the target begins with a small letter and the source with a capital."""
    theirs = target.lstrip(_OPENERS)
    if theirs[:1].isupper() or not source.lstrip(_OPENERS)[:1].isupper():  # the one as in most
        return False
    second = _WORD.match(theirs)
    word = second[0] if second is not None else ""
    before = target[: len(target) - len(theirs)].rstrip()
    if not _ELISION.split(word)[0].islower() or before.endswith((".", "…", "`")):
        return False
    if word in _GOES_ON.get(language, ()) or _is_amid_speech(source, target):
        return False
    goes_on = _GOES_ON_IN_WORDS.match(theirs, len(word)) is not None
    if len(word) < _SHORTEST and not (goes_on or _GOES_ON_BEHIND.match(theirs, len(word))):
        return False  # a variable
    following = theirs[len(word) : len(word) + 1]
    if following in {"_", "(", "=", "^"} or _ABBREVIATED.match(theirs) is not None:
        return False
    return (word == _ARTICLE and goes_on) or not re.search(rf"(?<!['’])\b{re.escape(word)}\b", source)


def _is_amid_speech(source: str, target: str) -> bool:
    """Whether one of the texts begins with a quotation, or has a part of one.

    A target that closes a quotation which it does not open lost its head.
    """
    odd = [len(_SPEECH.findall(text)) % 2 == 1 for text in (source, target)]
    if odd == [False, True] and not _SPEECH.match(target.lstrip()):
        return False
    if _SPEECH.match(target.lstrip()):
        return True
    quoted = source.rstrip().endswith("'") and _OPENED.search(source) is None
    return quoted or (odd[0] and _SPEECH_OPENED.search(source) is None)


def _number_first(source: str) -> bool:
    """Whether there is a number among the first words of the source."""
    words = source.split(maxsplit=_FIRST_WORDS)[:_FIRST_WORDS]
    return any(any(map(str.isdigit, word)) for word in words) or _COUNT.search(" ".join(words)) is not None
