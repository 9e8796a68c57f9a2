"""Frequent grammatical words of languages that share a script: a second, independent look at a text.

Written for this project from the closed word classes (articles, pronouns, prepositions, conjunctions,
auxiliaries, question words) of each language. Words of one letter are left out, since mathematics uses
letters, and so are words that are common as English technical terms or names. A word that is English,
too (German `in`), must be in both lists: it then speaks for neither.
"""

from __future__ import annotations

import itertools
import re
import struct
from functools import lru_cache
from types import MappingProxyType

__all__ = ["FUNCTION_WORDS", "distinctive_words", "function_word_counts", "words"]

_WORD = re.compile(r"[^\W\d_]+(?:[’'ʼ\u094d\u200c\u200d\u0300-\u036f\u0900-\u0903\u093a-\u094f]+[^\W\d_]*)*")
_ASCII_WORD = re.compile(r"[a-z]+(?:'+[a-z]*)*")
"""The same where a text is lower-case ASCII, in two thirds of the time."""

_TABLE = """
en the of and to in is was for that on with as at by from are were be been have has had it its this
en these those which who whom whose what when where why how many much if then than there their they
en them he she his her him we our you your my but or not so because after before into each every
en other another would could should will can did does do about between some any all more most left also
en let's let since need find says said how's I'm
de in also will
de der die das den dem des ein eine einen einem einer eines und oder aber nicht ist sind war waren wird
de werden wurde wurden hat haben hatte hatten zu zum zur von vom mit für auf aus bei nach über unter
de durch im am als auch wie viele viel wenn dass weil sie er es wir ihr ihre ihren ihrem sein seine
de seinen sich jeder jede jeden jedes wieviel welche welcher dann noch nur kann können insgesamt pro
de bis um an so was wer wo ich
fr on as
fr le la les un une des du de et ou mais pas ne est sont était étaient sera ont avait avaient au aux
fr dans pour par sur avec sans sous ce cette ces cet il elle ils elles nous vous leur leurs son sa ses
fr qui que quoi dont où quand comment combien si chaque plus moins très tout tous toute toutes fait
fr être avoir lui en se je
es no he
es el la los las un una unos unas de del al que en es son era fue fueron ser está están por para con
es sin sobre entre si cuando cuánto cuánta cuántos cuántas como cada más menos pero sus su se le les lo
es ella él ellos ellas nosotros tiene tienen había hay ha han este esta estos estas todo todos todas
es muy también después antes cuál
pt no
pt os as um uma uns umas de do da dos das no na nos nas em que por para com sem ao aos pelo pela são
pt era foi foram ser está estão tem têm tinha há se quando quanto quanta quantos quantas como cada mais
pt menos mas seu sua seus suas ele ela eles elas ou não também depois antes muito todos todas este esta
pt isso entre você
it no
it il lo la gli le un una uno di del della dei delle degli da dal dalla in nel nella con su sul sulla
it per tra che chi non sono era erano ha hanno aveva si se quando quanto quanta quanti quante come ogni
it più meno ma anche suo sua suoi sue lui lei loro questo questa questi queste dopo prima ed è al alla
it ai alle tutti
nl had we
nl de het een en of maar niet is zijn was waren wordt worden werd werden heeft hebben had hadden te van
nl voor met op aan uit bij naar over onder door om in als ook hoe hoeveel wanneer dat die dit deze
nl omdat zij hij ze wij haar hem hun elke elk ieder dan nog kan er geen meer per alle totaal
sv at
sv och att det som en ett är var av för på med till från den de om har hade inte han hon vi ni sig sin
sv sina sitt men eller hur många mycket när varje än då så kan ska skulle blev bli också efter under
sv alla man vid i
da og at det som en et er var af for på med til fra den de om har havde ikke han hun vi sig sin sine
da sit men eller hvor mange meget når hver end så kan skal skulle blev blive også efter under alle man
da ved hvad
no og at det som en et er var av for på med til fra den de om har hadde ikke han hun vi seg sin sine
no sitt men eller hvor mange mye når hver enn så kan skal skulle ble bli også etter under alle man ved
no hva
pl on no to by
pl nie się jest są był była było byli być na do od dla przez przy przed po za pod nad oraz ale lub czy
pl że jak ile który która które którzy których jego jej ich każdy każda każde każdego gdy jeśli już
pl tylko także więc ma mają miał miała ten ta te tego tej tym tych co kto z ze w we i jeżeli
cs on no by
cs se si je jsou byl byla bylo byli být na do od pro přes při před po za pod nad nebo ale že jak kolik
cs který která které kteří kterých jeho její jejich každý každá každé když pokud už jen také tak má
cs mají měl měla ten ta to tu ty tím těch co kdo ve ze ke s z v k i a
sk on to by
sk sa si je sú bol bola bolo boli byť na do od pre cez pri pred po za pod nad alebo ale že ako koľko
sk ktorý ktorá ktoré ktorí ktorých jeho jej ich každý každá každé keď ak už len tiež tak má majú mal
sk mala tento vo zo
hu is most
hu az egy és vagy de nem is van volt vannak voltak lesz hogy ha mint mennyi hány ami aki amely minden
hu csak már még meg el ki be le fel után előtt között alatt neki ő ők azt ezt ez ennek annak összesen
hu majd akkor azonban pedig kell lehet több kevesebb
fi me
fi ja tai mutta ei on ovat oli olivat ole että jos kun kuin kuinka paljon monta mikä mitä joka jotka
fi hän hänen he heidän se ne sen niiden tämä nämä jokainen myös vain sitten jälkeen ennen kanssa joten
fi koska kaikki yhteensä enemmän vähemmän olla ollut niin jo vielä
ro și sau dar nu este sunt era erau fost fi pe la din de cu pentru prin între după înainte că dacă când
ro cât câte câți câtă care ce cine un o unui unei lui ei lor ale al ai său sa săi sale fiecare mai
ro foarte tot toate toți are au avea în se îi îl
tr on
tr ve veya ama bir bu şu ile için gibi kadar daha çok en de da ki mi mı mu mü ne nasıl kaç hangi her
tr olan olarak olduğu oldu olur olacak var yok değil ise sonra önce göre toplam kez onun onlar tüm
tr bütün sadece
vi do
vi và của là có được trong cho với một những các không người này đó khi nếu thì để từ đến tại trên dưới
vi sau trước bao nhiêu mỗi cũng như đã đang sẽ ông bà cô anh họ nhiều hơn ra vào lại rằng số còn cả
id yang dan di ke dari untuk dengan pada adalah ini itu dia mereka kita kami tidak akan telah sudah
id juga atau jika maka berapa banyak setiap lebih kurang oleh dalam sebagai karena ada bisa dapat
id ketika setelah sebelum jumlah antara semua hanya para saat seorang sebuah bahwa tersebut apa secara
id kepada
ms yang dan di ke dari untuk dengan pada ialah adalah ini itu dia mereka kita kami tidak akan telah
ms sudah juga atau jika maka berapa berapakah banyak setiap lebih kurang oleh dalam sebagai kerana ada
ms boleh dapat apabila selepas sebelum jumlah antara semua hanya para semasa seorang sebuah bahawa
ms tersebut daripada kepada beliau
sw na ya wa za la kwa ni katika kuwa kila ambaye ambayo ambazo ambao hii hiyo huo hizo huyu yake wake
sw zake lake yao wao zao lakini au kama ikiwa ngapi gani nini sana pia baada kabla hadi jumla alikuwa
sw ana anaweza tu kisha hivyo kwamba bado si hakuna mara wakati wote yote
ca on no
ca el la els les un una uns unes de del dels al als que en és són era va van ser està per amb sense
ca sobre entre si quan quant quants quantes com cada més menys però seu seva seus seves ella ell ells
ca tot tots totes també després abans hi ha han aquest aquesta aquests
gl os as un unha uns unhas de do da dos das no na nos nas en que por para con sen ao aos polo pola son
gl era foi foron ser está están ten teñen tiña hai se cando canto canta cantos cantas como cada máis
gl menos pero seu súa seus súas el ela eles elas ou non tamén despois antes moi todos todas este esta
gl entre
af die en van het nie is was vir met om te dat hy sy hulle ons aan op as hoeveel elke ook uit sal kan
af word wat
tl ang ng mga sa na ay at si kung ilan ilang niya siya sila kanilang kanyang para mayroon may hindi ito
tl bawat bilang lahat pero kapag isang
hr on to
hr je se su na da za od do po iz ali ili nije bio bila bilo koliko koji koja koje svaki svaka kada ako
hr ima imaju njegov njezin još samo također što kako u i
ha ya da ce na ta ne ba shi su an cikin wani wata ga kuma yana tana suna suka wannan don kan sai yi za zai
ha aka daga domin lokacin amma nawa guda kowane kowace sun ta ita mai masu
yo to so
yo tí ti ní ni àti ati sí si jẹ́ náà naa wọ́n fún fun pé láti lati kan kí ki bí rẹ̀ rẹ nínú ninu mélòó sì wọn
hi है हैं के का की में से को और पर ने कि यह वह एक नहीं था थे थी हो रहा रही रहे कितने कितना कितनी लिए तो
hi ही भी अगर इस उस उनके उसके उसकी उसने साथ कर करता करती प्रत्येक
mr आहे आहेत आणि च्या ला मध्ये हा ही हे ते तो ती किती होते होता होती नाही पण त्याने तिने त्याच्या तिच्या
mr साठी प्रत्येक जर तर की असेल एकूण मग
ne छ छन् र को मा ले लाई यो त्यो भयो हो हुन् कति थियो थिए गरे गर्छ उनले उसले प्रत्येक पनि लागि यदि जम्मा
ne भने
"""


def _read() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for line in _TABLE.strip().splitlines():
        code, *found = line.lower().split()
        table.setdefault(code, set()).update(word for word in found if len(word) > 1)
    return {code: frozenset(found) for code, found in table.items()}


FUNCTION_WORDS = MappingProxyType(_read())
"""Lower-case function words by language code."""

_EMPTY: frozenset[str] = frozenset()


@lru_cache(maxsize=1024)
def distinctive_words(language: str, other: str) -> frozenset[str]:
    """Function words of `language` that `other` does not have; empty for a language without a table."""
    return FUNCTION_WORDS.get(language, _EMPTY) - FUNCTION_WORDS.get(other, _EMPTY)


_LANGUAGES = tuple(FUNCTION_WORDS)
_FIELDS = struct.Struct(f"<{len(_LANGUAGES)}I")
"""Counts of all languages as one number: adding up a text's words then costs one addition for each."""


def _index() -> dict[str, int]:
    """For each word a number with a 1 in the field of every language that has it, to be added up."""
    index: dict[str, int] = {}
    for place, found in enumerate(FUNCTION_WORDS.values()):
        for word in found:
            index[word] = index.get(word, 0) + (1 << 8 * _FIELDS.size // len(_LANGUAGES) * place)
    return index


_SPEAKERS = _index()


def function_word_counts(text: str) -> tuple[int, ...]:
    """How many words of a text are function words of each language of `FUNCTION_WORDS`, in its order.

    A word can count for several.
    """
    total = sum(map(_SPEAKERS.get, words(text), itertools.repeat(0)))
    return _FIELDS.unpack(total.to_bytes(_FIELDS.size, "little"))


@lru_cache(maxsize=64)  # several measures ask about the same text
def words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case: runs of letters, with inner apostrophes and combining marks."""
    lower = text.lower()
    return tuple((_ASCII_WORD if lower.isascii() else _WORD).findall(lower))
