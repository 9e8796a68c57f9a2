"""Number words of the European languages, in the notation that `lexicon` reads.

One line is a key and its forms, separated by white space; `|` joins forms of one value:

- `4-6 vier fünf sechs`: consecutive values; `20+ …`: steps of ten; `200+ …`: steps of one hundred;
- `x100 hundert`: a small multiplier (its coefficient is below one hundred); `M1000 tausend`: a large one;
- `f1/2 halb`: a fraction or mixed value of its own; `/3 drittel`: a denominator ("two thirds");
- `=2 doppelt`: a multiple that stands alone; `D12 Dutzend`: counts in a fixed size;
- `o1 first second`: ordinals from one upwards; `& und`: a connector; `_ a`: a filler inside a number;
- `~ein`: counts inside a number, but alone it is an article and not a number.

The words are facts of each language; they are checked in `tests/text` against a golden table.
"""

from typing import Final

EUROPE: Final[dict[str, str]] = {
    "en": """
        0-12 zero one two three four five six seven eight nine ten eleven twelve
        13-19 thirteen fourteen fifteen sixteen seventeen eighteen nineteen
        20+ twenty|twenties thirty|thirties forty|fourty fifty sixty seventy eighty ninety
        x100 hundred|hundreds
        M1000 thousand|thousands
        M1000000 million|millions|mln
        M1000000000 billion|billions|bn
        M1000000000000 trillion|trillions
        M100000 lakh|lakhs
        M10000000 crore|crores
        D12 dozen|dozens
        D10 decade|decades
        f1/2 half|halves
        /3 third|thirds
        /4 quarter|quarters|fourth|fourths
        /5 fifth|fifths
        /6 sixth|sixths
        /7 seventh|sevenths
        /8 eighth|eighths
        /9 ninth|ninths
        /10 tenth|tenths
        /20 twentieth|twentieths
        /100 hundredth|hundredths
        =2 twice|double|doubles|doubled|doubling|pair|pairs|couple|both|twin|twins
        =3 thrice|triple|triples|tripled|tripling|triplets
        =4 quadruple|quadrupled
        =1 once|single
        o1 first second
        o11 eleventh twelfth
        & and
        _ a
    """,
    "de": """
        0-3 null eins|~ein|~eine|~einen|~einem|~einer|~eines zwei|zwo|zweien drei|dreien
        4-12 vier fünf|fuenf sechs sieben acht neun zehn elf zwölf|zwoelf
        13-19 dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn
        20+ zwanzig dreißig|dreissig vierzig fünfzig sechzig siebzig achtzig neunzig
        x100 hundert
        M1000 tausend|tsd
        M1000000 million|millionen|mio
        M1000000000 milliarde|milliarden|mrd
        M1000000000000 billion|billionen
        D12 dutzend
        f1/2 halb|halbe|halben|halber|halbes|halbem|hälfte
        f3/2 anderthalb|eineinhalb
        f5/2 zweieinhalb
        f7/2 dreieinhalb
        f9/2 viereinhalb
        /3 drittel|dritteln
        /4 viertel|vierteln
        /5 fünftel|fünfteln
        /6 sechstel
        /8 achtel
        /10 zehntel
        =2 doppelt|doppelte|doppelten|doppelter|doppeltes|verdoppelt|verdoppeln|beide|beiden|beider|paar
        =3 dreifach|verdreifacht|verdreifachen
        o1 erste|ersten|erster|erstes zweite|zweiten|zweiter|zweites dritte|dritten|dritter|drittes
        o4 vierte|vierten|vierter|viertes fünfte|fünften|fünfter|fünftes sechste|sechsten
        & und
    """,
    "nl": """
        0-9 nul één|~een twee drie vier vijf zes zeven acht negen
        10-19 tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien
        20+ twintig dertig veertig vijftig zestig zeventig tachtig negentig
        x100 honderd
        M1000 duizend
        M1000000 miljoen|miljoenen|mln
        M1000000000 miljard|miljarden|mld
        D12 dozijn
        f1/2 half|halve|helft
        f3/2 anderhalf|anderhalve
        /3 derde
        /4 kwart|vierde
        /5 vijfde
        =2 dubbel|dubbele|verdubbeld|verdubbelt|tweemaal|beide|beiden
        =3 driemaal|drievoudig|verdrievoudigd
        & en|ën
    """,
    "sv": """
        0-9 noll ett|~en två tre fyra fem sex sju åtta nio
        10-19 tio elva tolv tretton fjorton femton sexton sjutton arton|aderton nitton
        20+ tjugo|tjugu trettio fyrtio femtio sextio sjuttio åttio nittio
        x100 hundra
        h1000 ettusen
        M1000 tusen
        M1000000 miljon|miljoner|mn
        M1000000000 miljard|miljarder|md
        D12 dussin
        f1/2 halv|halva|halvt|hälften
        /3 tredjedel|tredjedelar|tredjedelen
        /4 fjärdedel|fjärdedelar|fjärdedelen|kvart
        /5 femtedel|femtedelar
        =2 dubbelt|dubbel|dubbla|fördubblades|fördubblas|båda
        =3 trippelt|tredubbelt|tredubblades
    """,
    "da": """
        0-9 nul et|~en|én to tre fire fem seks syv otte ni
        10-19 ti elleve tolv tretten fjorten femten seksten sytten atten nitten
        20-20 tyve
        30-30 tredive
        40-40 fyrre
        50-50 halvtreds
        60-60 tres
        70-70 halvfjerds
        80-80 firs
        90-90 halvfems
        x100 hundrede|hundrede
        M1000 tusind|tusinde
        M1000000 million|millioner|mio
        M1000000000 milliard|milliarder|mia
        D12 dusin
        f1/2 halv|halvt|halve|halvdelen
        f3/2 halvanden|halvandet
        /3 tredjedel|tredjedele|tredjedelen
        /4 fjerdedel|fjerdedele|kvart|fjerdedelen
        /5 femtedel|femtedele
        =2 dobbelt|dobbelte|fordobles|fordoblet|begge
        =3 tredobbelt|tredobles|tredoblet
        & og
    """,
    "no": """
        0-9 null en|ett|én|~ei to tre fire fem seks sju|syv åtte ni
        10-19 ti elleve tolv tretten fjorten femten seksten sytten atten nitten
        20+ tjue|tyve tretti|tredve førti|førr femti seksti sytti åtti nitti
        x100 hundre
        M1000 tusen
        M1000000 million|millioner|mill
        M1000000000 milliard|milliarder|mrd
        D12 dusin
        f1/2 halv|halvt|halve|halvparten
        f3/2 halvannen
        /3 tredjedel|tredjedeler|tredjedelen
        /4 fjerdedel|fjerdedeler|kvart|kvarter
        =2 dobbelt|dobbel|doble|begge
        & og
    """,
    "fr": """
        0-9 zéro ~un|~une deux trois quatre cinq six sept huit neuf
        10-19 dix onze douze treize quatorze quinze seize dixsept dixhuit dixneuf
        20-20 vingt|vingts
        30+ trente quarante cinquante soixante septante octante nonante
        80-80 huitante
        x100 cent|cents
        M1000 mille|mil|millier|milliers
        M1000000 million|millions
        M1000000000 milliard|milliards
        D12 douzaine|douzaines
        D10 dizaine|dizaines
        f1/2 moitié|demi|demie|demis|demies
        /3 tiers
        /4 quart|quarts
        /5 cinquième|cinquièmes
        /10 dixième|dixièmes
        =2 double|doubles|doublé|doublée|doubler
        =3 triple|triples|triplé|tripler
        =4 quadruple
        o1 premier|première second|seconde|deuxième troisième quatrième
        & et
    """,
    "es": """
        0-9 cero uno|~un|~una dos tres cuatro cinco seis siete ocho nueve
        10-16 diez once doce trece catorce quince dieciséis|dieciseis
        17-21 diecisiete dieciocho diecinueve veinte veintiuno|veintiún|veintiuna
        22-26 veintidós|veintidos veintitrés|veintitres veinticuatro veinticinco veintiséis|veintiseis
        27-29 veintisiete veintiocho veintinueve
        30+ treinta cuarenta cincuenta sesenta setenta ochenta noventa
        h100 cien|ciento
        200+ doscientos|doscientas trescientos|trescientas cuatrocientos|cuatrocientas
        500+ quinientos|quinientas
        600+ seiscientos|seiscientas setecientos|setecientas ochocientos|ochocientas
        900+ novecientos|novecientas
        M1000 mil|miles|millar|millares
        M1000000 millón|millones|millon
        M1000000000000 billón|billones
        D12 docena|docenas
        f1/2 medio|media|mitad
        /3 tercio|tercios|~tercera|~terceras
        /4 cuarto|cuartos|~cuarta|~cuartas
        /5 quinto|quintos|~quinta|~quintas
        =2 doble|dobles|duplicó|duplica|duplicar|par|ambos|ambas
        =3 triple|triples|triplicó|triplica
        =4 cuádruple
        o1 primer|primero|primera segundo|segunda tercer|tercero
        & y
    """,
    "pt": """
        0-9 zero ~um|~uma dois|duas três quatro cinco seis sete oito nove
        10-15 dez onze doze treze catorze|quatorze quinze
        16-19 dezesseis|dezasseis dezessete|dezassete dezoito dezenove|dezanove
        20+ vinte trinta quarenta cinquenta|cinqüenta sessenta setenta oitenta noventa
        h100 cem|cento
        200+ duzentos|duzentas trezentos|trezentas quatrocentos|quatrocentas quinhentos|quinhentas
        600+ seiscentos|seiscentas setecentos|setecentas oitocentos|oitocentas novecentos|novecentas
        M1000 mil|milhar|milhares
        M1000000 milhão|milhões
        M1000000000 bilhão|bilhões
        D12 dúzia|dúzias
        f1/2 meio|meia|metade|metades
        /3 terço|terços
        /4 quarto|quartos
        /5 quinto|quintos
        =2 dobro|dobra|dobrou|dobrar|duplo|dupla|ambos|ambas|par
        =3 triplo|triplicou|triplicar
        & e
    """,
    "gl": """
        0-9 cero ~un|~unha dous|dúas tres catro cinco seis sete oito nove
        10-15 dez once doce trece catorce quince
        16-19 dezaseis dezasete dezaoito dezanove
        20+ vinte trinta corenta cincuenta sesenta setenta oitenta noventa
        h100 cen|cento
        200+ douscentos|duascentas trescentos|trescentas catrocentos|catrocentas cincocentos|quiñentos
        600+ seiscentos|seiscentas setecentos|setecentas oitocentos|oitocentas novecentos|novecentas
        M1000 mil|milleiro|milleiros
        M1000000 millón|millóns
        D12 ducia|ducias
        f1/2 medio|media|metade
        /3 terzo|terzos
        /4 cuarto|cuartos
        /5 quinto|quintos
        =2 dobre|duplo|ambos|ambas|par
        =3 triplo
        & e
    """,
    "it": """
        0-9 zero uno|~un|~una due tre|tré quattro cinque sei sette otto nove
        10-16 dieci undici dodici tredici quattordici quindici sedici
        17-20 diciassette diciotto diciannove venti
        30+ trenta quaranta cinquanta sessanta settanta ottanta novanta
        20-20 vent
        30+ trent quarant cinquant sessant settant ottant novant
        x100 cento|cent
        M1000 mille|mila|migliaio|migliaia
        M1000000 milione|milioni
        M1000000000 miliardo|miliardi
        D12 dozzina|dozzine
        D10 decina|decine
        f1/2 mezzo|mezza|metà|mezze|mezzi
        /3 terzo|terzi
        /4 quarto|quarti
        /5 quinto|quinti
        =2 doppio|doppia|doppi|raddoppia|raddoppiato|entrambi|entrambe|paio|coppia
        =3 triplo|tripla|triplica|triplicato
        & e
    """,
    "ca": """
        0-9 zero ~un|~una|~u dos|dues tres quatre cinc sis set vuit|huit nou
        10-16 deu onze dotze tretze catorze quinze setze
        17-19 disset|dèsset divuit|devuit|díhuit dinou|dènou|dèneu
        20+ vint trenta quaranta cinquanta seixanta setanta vuitanta|huitanta noranta
        x100 cent|cents|centes
        M1000 mil|miler|milers
        M1000000 milió|milions
        M1000000000 miliard|miliards
        D12 dotzena|dotzenes
        D10 desena|desenes
        f1/2 meitat|mig|mitja|mitges|mitjos
        /3 terç|terços|~tercera|~terceres
        /4 ~quart|~quarts|~quarta|~quartes
        /5 ~cinquè|~cinquena|~cinquens
        =2 doble|dobles|parell|ambdós|ambdues
        =3 triple|triples
        & i
    """,
    "ro": """
        0-6 zero unu|~un|~una|~o doi|două|doua trei patru cinci șase|şase|sase
        7-10 șapte|şapte|sapte opt nouă|noua zece
        11-13 unsprezece|unșpe doisprezece|douăsprezece|doispe|doișpe treisprezece|treișpe
        14-16 paisprezece|patrusprezece cincisprezece|cinsprezece șaisprezece|şaisprezece|șasesprezece
        17-19 șaptesprezece|şaptesprezece optsprezece nouăsprezece
        20+ douăzeci|douazeci treizeci patruzeci cincizeci
        60+ șaizeci|şaizeci|șasezeci|şasezeci șaptezeci|şaptezeci
        80+ optzeci nouăzeci|nouazeci
        x100 sută|sute|suta
        M1000 mie|mii
        M1000000 milion|milioane
        M1000000000 miliard|miliarde
        D12 duzină|duzini|duzina
        f1/2 jumătate|jumătăți|jumatate|jumătatea
        /3 treime|treimi
        /4 sfert|sferturi|pătrime|pătrimi
        /5 cincime|cincimi
        =2 dublu|dublul|dublă|dublat|dublează|ambele|ambii
        =3 triplu|triplul|triplat
        & și|şi
        _ de
    """,
    "ru": """
        0-2 ноль|нуль|нуля один|одна|одно|одну|одного|одной|одному|одним два|две|двух|двум|двумя|двое
        3-4 три|трех|трёх|трем|трём|тремя|трое|троих четыре|четырех|четырёх|четырем|четырём|четверо
        5-7 пять|пяти|пятью|пятеро|пятерых шесть|шести|шестью|шестеро семь|семи|семью|семеро
        8-10 восемь|восьми|восемью|восьмью девять|девяти|девятью десять|десяти|десятью
        11-12 одиннадцать|одиннадцати|одиннадцатью двенадцать|двенадцати|двенадцатью
        13-13 тринадцать|тринадцати|тринадцатью
        14-15 четырнадцать|четырнадцати|четырнадцатью пятнадцать|пятнадцати|пятнадцатью
        16-16 шестнадцать|шестнадцати|шестнадцатью
        17-18 семнадцать|семнадцати|семнадцатью восемнадцать|восемнадцати|восемнадцатью
        19-19 девятнадцать|девятнадцати|девятнадцатью
        20+ двадцать|двадцати|двадцатью тридцать|тридцати|тридцатью сорок|сорока
        50+ пятьдесят|пятидесяти шестьдесят|шестидесяти
        70+ семьдесят|семидесяти восемьдесят|восьмидесяти девяносто|девяноста
        h100 сто|ста
        200+ двести|двухсот|двумстам|двумястами|двухстах триста|трехсот|трёхсот|тремстам|тремястами
        400+ четыреста|четырехсот|четырёхсот|четыремстам пятьсот|пятисот|пятистам|пятьюстами|пятистах
        600+ шестьсот|шестисот семьсот|семисот восемьсот|восьмисот девятьсот|девятисот
        M1000 тысяча|тысячи|тысяч|тысячу|тысячей|тысячам|тысячами|тысячах|тыс
        M1000000 миллион|миллиона|миллионов|миллионам|млн
        M1000000000 миллиард|миллиарда|миллиардов|млрд
        M1000000000000 триллион|триллиона|триллионов|трлн
        D12 дюжина|дюжину|дюжины|дюжин|дюжине
        D10 десяток|десятка|десятков
        f1/2 половина|половину|половины|половиной|половине|пол|вполовину|наполовину|полчаса|полмили
        f3/2 полтора|полторы|полутора
        /3 треть|трети|третью|третей|третьих|~третья|~третьи
        /4 четверть|четверти|четвертей|четвертую|~четвертых|~четвёртых
        /5 ~пятая|~пятых|~пятую|~пятой
        /6 ~шестая|~шестых|~шестую
        /10 ~десятая|~десятых|~десятую
        =2 вдвое|дважды|удвоил|удвоилась|удвоилось|двойной|двойная|оба|обе|обоих|пара|пару|пары
        =3 втрое|трижды|утроил|утроилась|тройной
        =4 вчетверо|четырежды
        =5 впятеро
        & и
    """,
    "uk": """
        0-2 нуль|ноль один|одна|одне|одну|одного|однієї|одному два|дві|двох|двом|двома|двоє
        3-4 три|трьох|трьом|трьома|троє чотири|чотирьох|чотирьом|чотирма|четверо
        5-7 п'ять|п'яти|п'ятьох|п'ятеро шість|шести|шістьох|шестеро сім|семи|сімох|семеро
        8-10 вісім|восьми|вісьмох дев'ять|дев'яти|дев'ятьох десять|десяти|десятьох
        11-13 одинадцять|одинадцяти дванадцять|дванадцяти тринадцять|тринадцяти
        14-16 чотирнадцять|чотирнадцяти п'ятнадцять|п'ятнадцяти шістнадцять|шістнадцяти
        17-19 сімнадцять|сімнадцяти вісімнадцять|вісімнадцяти дев'ятнадцять|дев'ятнадцяти
        20+ двадцять|двадцяти тридцять|тридцяти сорок|сорока п'ятдесят|п'ятдесяти шістдесят|шістдесяти
        70+ сімдесят|сімдесяти вісімдесят|вісімдесяти дев'яносто|дев'яноста
        h100 сто|ста
        200+ двісті|двохсот триста|трьохсот чотириста|чотирьохсот п'ятсот|п'ятисот
        600+ шістсот|шестисот сімсот|семисот вісімсот|восьмисот дев'ятсот|дев'ятисот
        M1000 тисяча|тисячі|тисяч|тисячу|тис
        M1000000 мільйон|мільйона|мільйони|мільйонів|млн
        M1000000000 мільярд|мільярда|мільярди|мільярдів|млрд
        D12 дюжина|дюжину|дюжини|дюжин
        D10 десяток|десятка|десятків
        f1/2 половина|половину|половини|половиною|пів|півгодини|навпіл
        f3/2 півтора|півтори
        /3 третина|третину|третини|третин|~третіх
        /4 чверть|чверті|чвертей
        /5 ~п'ята|~п'ятих|~п'яту
        =2 удвічі|вдвічі|двічі|подвоїв|подвоїла|подвійний|обидва|обидві|обох|пара|пару|пари
        =3 утричі|втричі|тричі|потрійний
        =4 учетверо|вчетверо
        & і|та|й
    """,
    "pl": """
        0-2 zero jeden|jedna|jedno|jedną|jednego|jednej|jednym dwa|dwie|dwóch|dwaj|dwoma|dwoje|dwom|dwu
        3-3 trzy|trzech|trzej|trzem|trzema|troje
        4-5 cztery|czterech|czterej|czterem|czworo pięć|pięciu|pięcioro
        6-9 sześć|sześciu|sześcioro siedem|siedmiu osiem|ośmiu dziewięć|dziewięciu
        10-13 dziesięć|dziesięciu jedenaście|jedenastu dwanaście|dwunastu trzynaście|trzynastu
        14-16 czternaście|czternastu piętnaście|piętnastu szesnaście|szesnastu
        17-19 siedemnaście|siedemnastu osiemnaście|osiemnastu dziewiętnaście|dziewiętnastu
        20+ dwadzieścia|dwudziestu trzydzieści|trzydziestu czterdzieści|czterdziestu
        50+ pięćdziesiąt|pięćdziesięciu
        60+ sześćdziesiąt|sześćdziesięciu siedemdziesiąt|siedemdziesięciu osiemdziesiąt|osiemdziesięciu
        90-90 dziewięćdziesiąt|dziewięćdziesięciu
        h100 sto|stu
        200+ dwieście|dwustu trzysta|trzystu czterysta|czterystu pięćset|pięciuset sześćset|sześciuset
        700+ siedemset|siedmiuset osiemset|ośmiuset dziewięćset|dziewięciuset
        M1000 tysiąc|tysiące|tysięcy|tysiąca|tysiącom|tysiącami|tysiącach|tys
        M1000000 milion|miliony|milionów|miliona|mln
        M1000000000 miliard|miliardy|miliardów|miliarda|mld
        D12 tuzin|tuziny|tuzinów|tuzina
        f1/2 pół|połowa|połowę|połowy|połową|połowie
        f3/2 półtora|półtorej
        /4 ćwierć|ćwierci|~czwarta|~czwarte|~czwartych
        /3 ~trzecia|~trzecie|~trzecich|~trzecią
        /5 ~piąta|~piąte|~piątych
        =2 dwukrotnie|dwukrotność|podwoił|podwójna|podwójny|podwójnie|oba|obie|para|parę|pary|par
        =3 trzykrotnie|trzykrotność|potroił|potrójna
        =4 czterokrotnie|czterokrotność
        =5 pięciokrotnie|pięciokrotność
        & i
    """,
    "cs": """
        0-2 nula jeden|jedna|jedno|jednu|jednoho|jedné dva|dvě|dvou|dvěma|dvoje
        3-6 tři|tří|třem|třemi|troje čtyři|čtyř|čtyřem|čtyřmi|čtvero pět|pěti šest|šesti
        7-10 sedm|sedmi osm|osmi devět|devíti deset|deseti
        11-13 jedenáct|jedenácti dvanáct|dvanácti třináct|třinácti
        14-16 čtrnáct|čtrnácti patnáct|patnácti šestnáct|šestnácti
        17-19 sedmnáct|sedmnácti osmnáct|osmnácti devatenáct|devatenácti
        20+ dvacet|dvaceti třicet|třiceti čtyřicet|čtyřiceti padesát|padesáti šedesát|šedesáti
        70+ sedmdesát|sedmdesáti osmdesát|osmdesáti devadesát|devadesáti
        x100 sto|sta|set|stě
        M1000 tisíc|tisíce|tisíců|tis
        M1000000 milion|miliony|milionů|milionu|milión|milióny|miliónů|mil
        M1000000000 miliarda|miliardy|miliard|miliardu
        D12 tucet|tucty|tuctů|tuctu
        f1/2 půl|polovina|polovinu|poloviny|polovinou|polovině|půlka|půlku|půlhodiny
        f3/2 půldruhého
        /3 třetina|třetinu|třetiny|třetin
        /4 čtvrt|čtvrtina|čtvrtinu|čtvrtiny|čtvrtin
        /5 pětina|pětinu|pětiny|pětin
        /10 desetina|desetinu|desetiny|desetin
        =2 dvakrát|dvojnásobek|dvojnásobně|zdvojnásobil|oba|obě|pár|páry|párů
        =3 třikrát|trojnásobek|ztrojnásobil
        =4 čtyřikrát|čtyřnásobek
        =5 pětkrát|pětinásobek
        =10 desetkrát
        & a
    """,
    "el": """
        0-3 μηδέν ένας|~μία|~μια|~ένα|~έναν δύο|δυο τρία|τρεις|τριών
        4-8 τέσσερα|τέσσερις|τεσσάρων πέντε έξι επτά|εφτά οκτώ|οχτώ
        9-14 εννέα|εννιά δέκα έντεκα|ένδεκα δώδεκα δεκατρία|δεκατρείς δεκατέσσερα|δεκατέσσερις
        15-19 δεκαπέντε δεκαέξι|δεκάξι δεκαεπτά|δεκαεφτά δεκαοκτώ|δεκαοχτώ δεκαεννέα|δεκαεννιά
        20+ είκοσι τριάντα σαράντα πενήντα εξήντα εβδομήντα ογδόντα ενενήντα|εννενήντα
        h100 εκατό|εκατόν
        200+ διακόσια|διακόσιες|διακόσιοι τριακόσια|τριακόσιες|τριακόσιοι
        400+ τετρακόσια|τετρακόσιες|τετρακόσιοι πεντακόσια|πεντακόσιες|πεντακόσιοι
        600+ εξακόσια|εξακόσιες|εξακόσιοι επτακόσια|επτακόσιες|επτακόσιοι|εφτακόσια
        800+ οκτακόσια|οκτακόσιες|οκτακόσιοι|οχτακόσια εννιακόσια|εννιακόσιες|εννιακόσιοι|εννεακόσια
        M1000 χίλια|χίλιες|χίλιοι|χιλιάδες|χιλιάδων|χιλιάδα|χιλιάδας|χίλιάδες|χιλ
        M1000000 εκατομμύριο|εκατομμύρια|εκατομμυρίων|εκατομμυρίου|εκατ
        M1000000000 δισεκατομμύριο|δισεκατομμύρια|δισ
        D12 ντουζίνα|ντουζίνες|δωδεκάδα|δωδεκάδες
        f1/2 μισό|μισή|μισά|μισός|μισές|ήμισυ
        f3/2 ενάμιση|μιάμιση|ενάμισι
        f5/2 δυόμισι
        /3 τρίτο|τρίτα
        /4 τέταρτο|τέταρτα
        /5 πέμπτο|πέμπτα
        =2 διπλάσιο|διπλάσια|διπλάσιος|διπλό|διπλή|διπλασιάστηκε|ζευγάρι|ζευγάρια
        =3 τριπλάσιο|τριπλάσια|τριπλό|τριπλασιάστηκε
        =4 τετραπλάσιο|τετραπλάσια
        =5 πενταπλάσιο
    """,
    "fi": """
        0-1 nolla yksi|yhden|yhtä|yhdessä|yhdellä|yhteen
        2-3 kaksi|kahden|kahta|kahdessa|kahdella|kahteen kolme|kolmen|kolmea|kolmessa|kolmella|kolmeen
        4-5 neljä|neljän|neljää|neljässä|neljällä viisi|viiden|viittä|viidessä|viidellä|viiteen
        6-7 kuusi|kuuden|kuutta|kuudessa|kuudella seitsemän|seitsemää|seitsemässä|seitsemällä
        8-9 kahdeksan|kahdeksaa|kahdeksassa|kahdeksalla yhdeksän|yhdeksää|yhdeksässä|yhdeksällä
        10-10 kymmenen|kymmentä|kymmenessä|kymmenellä
        b10 toista
        x10 kymmentä|kymmenen
        x100 sata|sadan|sataa
        M1000 tuhat|tuhannen|tuhatta
        M1000000 miljoona|miljoonaa|miljoonan|milj
        M1000000000 miljardi|miljardia|miljardin|mrd
        D12 tusina|tusinaa|tusinan
        f1/2 puoli|puolet|puolikas|puolen
        f3/2 puolitoista
        /3 kolmasosa|kolmasosaa|kolmasosan|kolmannes|kolmanneksen|kolmannesta
        /4 neljäsosa|neljäsosaa|neljäsosan|neljännes|neljänneksen|vartti|varttia
        /5 viidesosa|viidesosaa|viidesosan|viidennes|viidenneksen
        =2 kaksinkertainen|kaksinkertaisesti|tuplasti|kahdesti|molemmat|molempien|pari|paria
        =3 kolminkertainen|kolminkertaisesti|kolmesti
        =4 nelinkertainen|nelinkertaisesti
        & ja
    """,
    "hu": """
        0-6 nulla egy|egyet kettő|két|kettőt három|hármat négy|négyet öt|ötöt hat|hatot
        7-10 hét|hetet nyolc|nyolcat kilenc|kilencet tíz|tízet
        d10 tizen
        20-20 húsz|huszat
        d20 huszon
        30+ harminc negyven ötven hatvan hetven nyolcvan kilencven
        x100 száz|százat
        M1000 ezer|ezret
        M1000000 millió|milliót
        M1000000000 milliárd
        D12 tucat|tucatnyi|tucatot
        f1/2 fél|fele|felét|felének|félig|feléből
        f3/2 másfél
        /3 harmad|harmada|harmadát|harmadának|harmadot
        /4 negyed|negyede|negyedét|negyedének
        /5 ötöd|ötöde|ötödét
        =2 dupla|duplája|dupláját|kétszer|kétszerese|kétszeres|mindkét|mindkettő|pár
        =3 tripla|háromszor|háromszorosa|háromszoros
        =4 négyszer|négyszerese
        =5 ötször|ötszöröse
        =10 tízszer|tízszerese
        & és
    """,
    "tr": """
        0-9 sıfır bir|~biri iki|ikisi üç|üçü dört|dördü beş|beşi altı yedi sekiz dokuz
        d10 on
        20+ yirmi otuz kırk elli altmış yetmiş seksen doksan
        x100 yüz
        M1000 bin
        M1000000 milyon|milyonu
        M1000000000 milyar|milyarı
        D12 düzine
        f1/2 yarım|yarısı|yarısını|yarısının|yarı|yarısına|yarısından|buçuk
        =2 çift|ikişer|ikisini|katına
        =3 üçer|üçünü
        =4 dörder
        =5 beşer
        /4 çeyrek|çeyreği
    """,
}
"""Language code → table. Norwegian is under `no` (also read for `nb` and `nn`)."""
