"""The bundled sample: its shape, its awkward cases, and its mathematics, recomputed without the solutions."""

import cmath
import contextlib
import io
import itertools
import json
import math
import re
import sqlite3
import statistics
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from importlib.resources import files

import pytest

FIELDS = ["id", "problem", "solution", "answer", "topic", "difficulty"]
TEXT = files("parallelize.samples").joinpath("reasoning.jsonl").read_text(encoding="utf-8")
ROWS: list[dict[str, str]] = [json.loads(line) for line in TEXT.splitlines()]
BY_ID = {row["id"]: row for row in ROWS}

each_row = pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])


# --- Reading the rows ---------------------------------------------------------------------------------------


def without_thinking(solution: str) -> str:
    return re.sub(r"<think>.*?</think>", "", solution, flags=re.DOTALL)


def last_boxed(text: str) -> str | None:
    """The content of the last ``\\boxed{…}``, with its nested braces."""
    start = text.rfind(r"\boxed{")
    if start < 0:
        return None
    depth, begin = 1, start + len(r"\boxed{")
    for position in range(begin, len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0:
            return text[begin:position]
    return None


def stated_answer(solution: str) -> str | None:
    """What the solution says its answer is: boxed, after ``####``, or in a sentence on the last line."""
    visible = without_thinking(solution)
    boxed = last_boxed(visible)
    if boxed is not None:
        only_text = re.fullmatch(r"\\text\{([^{}]*)\}", boxed)
        return only_text.group(1) if only_text else boxed
    last_line = visible.rstrip().splitlines()[-1]
    found = re.search(r"(?:#### |[Aa]nswer is |[Aa]nswer:\*{0,2} )(.+)$", last_line)
    return found.group(1).strip("*.$ ") if found else None


def value(answer: str) -> float:
    """The number behind a short LaTeX answer such as ``\\frac{\\sqrt{5} + \\sqrt{3}}{2}``, units ignored."""
    text = re.sub(r"\\text\{[^{}]*\}(\^\d)?|\\%|\^\\circ", "", answer)
    text = re.sub(r"\\sqrt\{([^{}]*)\}", r"sqrt(\1)", text)
    text = re.sub(r"\\ln (\d+)", r"log(\1)", text)
    text = text.replace(r"\pi", "pi")
    text = re.sub(r"\^\{([^{}]*)\}", r"**(\1)", text)
    text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
    text = re.sub(r"(?<=\d)(?=[a-z])", "*", text)
    names = {"sqrt": math.sqrt, "log": math.log, "pi": math.pi, "e": math.e}
    return float(eval(text, {"__builtins__": {}}, names))


def fenced(row_id: str) -> str:
    """The code in the first fence of a problem."""
    found = re.search(r"```\w+\n(.*?)```", BY_ID[row_id]["problem"], flags=re.DOTALL)
    assert found, row_id
    return found.group(1)


def table(row_id: str) -> list[list[str]]:
    """The body rows of the Markdown table in a problem."""
    lines = [line for line in BY_ID[row_id]["problem"].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


# --- Small independent computations -------------------------------------------------------------------------


def first(candidates: Iterable[int], test: Callable[[int], bool]) -> int:
    return next(n for n in candidates if test(n))


def simpson(f: Callable[[float], float], low: float, high: float, pieces: int = 1000) -> float:
    step = (high - low) / pieces
    inner = sum((4 if i % 2 else 2) * f(low + i * step) for i in range(1, pieces))
    return (f(low) + inner + f(high)) * step / 3


def income_tax(income: int) -> float:
    """Crown by crown, without using the widths of the bands."""
    return sum(
        0.0 if k < 10_000 else 0.12 if k < 30_000 else 0.24 if k < 60_000 else 0.35 for k in range(income)
    )


def shop_total() -> float:
    goods = 3 * 7.50 + 2 * 19.25 - 6
    return goods if goods >= 50 else goods + 4.95


def gull_distance() -> float:
    """Flight by flight, until the two cyclists have met."""
    marisol, dieter, flown = 0.0, 84.0, 0.0
    for opposing_speed in itertools.cycle([24, 18]):
        hours = (dieter - marisol) / (30 + opposing_speed)
        marisol, dieter, flown = marisol + 18 * hours, dieter - 24 * hours, flown + 30 * hours
        if hours < 1e-12:
            break
    return flown


def crossing_point() -> str:
    pairs = itertools.product(range(-20, 21), repeat=2)
    return str(next((x, y) for x, y in pairs if 3 * x + 2 * y == 16 and 5 * x - y == 5))


def remainder_of_polynomial() -> str:
    """Long division of x^51 + 3x^20 - 2 by x^2 - 1, coefficient by coefficient."""
    coefficients = [0] * 52
    coefficients[51], coefficients[20], coefficients[0] = 1, 3, -2
    for power in range(51, 1, -1):
        coefficients[power - 2] += coefficients[power]
        coefficients[power] = 0
    assert coefficients[1] == 1
    return f"x + {coefficients[0]}"


def piecewise_three_times() -> int:
    result = 1
    for _ in range(3):
        result = 2 * result + 1 if result < 3 else result * result - 4
    return result


def fifth_powers() -> float:
    """Bisection on x: the first two equations give y and z, the third one says whether x fits."""

    def numbers(x: float) -> tuple[complex, complex, complex]:
        total, product = 2 - x, ((2 - x) ** 2 - (8 - x * x)) / 2
        root = cmath.sqrt(total * total - 4 * product)
        return complex(x), (total + root) / 2, (total - root) / 2

    def excess(x: float) -> float:
        return sum(t**3 for t in numbers(x)).real - 17

    low, high = 2.0, 3.0
    assert excess(low) < 0 < excess(high)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) < 0 else (low, middle)
    return sum(t**5 for t in numbers(low)).real


def angle_bdc() -> float:
    """In coordinates: the bisector from B divides AC in the ratio BA : BC."""
    a, b, c = complex(0, math.tan(math.radians(70))), complex(-1, 0), complex(1, 0)
    d = (abs(c - b) * a + abs(a - b) * c) / (abs(c - b) + abs(a - b))
    return math.degrees(abs(cmath.phase((b - d) / (c - d))))


def distances_in_triangle() -> float:
    a, b, c = complex(0, 0), complex(6, 0), 6 * cmath.exp(1j * math.pi / 3)
    p = 0.2 * a + 0.5 * b + 0.3 * c
    sides = itertools.combinations((a, b, c), 2)
    return sum(abs(((v - u).conjugate() * (p - u)).imag) / abs(v - u) for u, v in sides)


def incentre_to_circumcentre() -> float:
    a, b, c = complex(5, 12), complex(0, 0), complex(14, 0)
    weights = abs(b - c), abs(c - a), abs(a - b)
    assert weights == pytest.approx((14, 15, 13))
    incentre = (weights[0] * a + weights[1] * b + weights[2] * c) / sum(weights)
    height = (
        first(range(10**5), lambda k: abs(complex(7, k / 1000) - a) <= abs(complex(7, k / 1000) - b)) / 1000
    )
    circumcentre = complex(7, height)
    assert abs(circumcentre - a) == pytest.approx(abs(circumcentre - b))
    return abs(incentre - circumcentre)


def tosses_until_hth() -> float:
    """The sum of P(N > n) over n, from the probabilities of the unfinished states."""
    nothing, h, ht, total = 1.0, 0.0, 0.0, 0.0
    for _ in range(600):
        total += nothing + h + ht
        nothing, h, ht = nothing / 2 + ht / 2, nothing / 2 + h / 2, h / 2
    return total


@cache
def tilings(rows: int, columns: int, covered: frozenset[tuple[int, int]] = frozenset()) -> int:
    """Every way to cover the first free square, and then the rest."""
    for column, row in itertools.product(range(columns), range(rows)):
        if (row, column) in covered:
            continue
        neighbours = [(row + 1, column), (row, column + 1)]
        free = [n for n in neighbours if n[0] < rows and n[1] < columns and n not in covered]
        return sum(tilings(rows, columns, covered | {(row, column), n}) for n in free)
    return 1


def best_die_score() -> Fraction:
    again = Fraction(sum(range(1, 7)), 6)
    policies = itertools.product([True, False], repeat=6)
    return max(statistics.mean(Fraction(k + 1) if keep[k] else again for k in range(6)) for keep in policies)


def banana_words() -> int:
    words = {"".join(letters) for letters in itertools.permutations("BANANA")}
    return sum("AA" not in word for word in words)


def stopping_distance() -> float:
    """The area under the speed over time: 0.8 s at full speed, then braking until it is zero."""
    speed = 72_000 / 3600
    return speed * 0.8 + simpson(lambda t: speed - 5 * t, 0, speed / 5)


def run_python(source: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(source, {})
    return printed.getvalue().strip()


def evaluated_after(row_id: str, expression: str) -> int:
    names: dict[str, object] = {}
    exec(fenced(row_id), names)
    return int(eval(expression, names))


def first_total() -> int:
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE orders (id INTEGER, city TEXT, amount INTEGER)")
        database.executemany("INSERT INTO orders VALUES (?, ?, ?)", table("code-04"))
        return int(database.execute(fenced("code-04")).fetchone()[1])


def collatz_steps(n: int) -> int:
    return 0 if n == 1 else 1 + collatz_steps(n // 2 if n % 2 == 0 else 3 * n + 1)


def kind_of_chidi() -> str:
    worlds = itertools.product([True, False], repeat=3)
    kinds = {c for a, b, c in worlds if a == (not b) and b == (a == c)}
    assert len(kinds) == 1
    return "knight" if kinds.pop() else "knave"


def owner_of_the_dog() -> str:
    owners = [
        dict(zip(animals, ("Nina", "Omar", "Pia"), strict=True))
        for animals in itertools.permutations(("cat", "dog", "bird"))
    ]
    return {o["dog"] for o in owners if o["dog"] != "Omar" and o["bird"] == "Pia"}.pop()


def second_in_the_race() -> str:
    orders = itertools.permutations(("Ben", "Clara", "Dora", "Emil"))
    place = {o: {name: at for at, name in enumerate(o)} for o in orders}
    fit = [o for o, at in place.items() if at["Emil"] < at["Ben"] < at["Clara"] < at["Dora"]]
    assert len(fit) == 1
    return fit[0][1]


def latest_bus() -> str:
    return max(harbour for harbour, _, museum in table("time-04") if museum <= clock(11, 30, minutes=-8))


def clock(hour: int, minute: int, **later: int) -> str:
    return (datetime(2025, 12, 30, hour, minute) + timedelta(**later)).strftime("%H:%M")  # noqa: DTZ001


def course_points(final_exam: Fraction) -> Fraction:
    return Fraction(20, 100) * 75 + Fraction(30, 100) * 82 + Fraction(50, 100) * final_exam


# "infinite" (number-04) and "irrational" (number-07) rest on proofs and are missing here on purpose.
EXPECTED: dict[str, Callable[[], str | float | Fraction]] = {
    "money-01": lambda: 18 * 2 + 7 * 3 - 5,
    "money-02": lambda: (4000 - (2400 + 2400 * 15 // 100 + 140)) / 100,
    "money-03": lambda: first(range(1, 1000), lambda n: 400 * n + 3000 == 550 * n),
    "money-04": lambda: round(2500 * 1.04**3, 2),
    "money-05": lambda: ((360 - 10) * Fraction("0.85") - Fraction("137.50")) * Fraction("1.15"),
    "money-06": lambda: 100 * (180 - 180 * 0.8 * 0.85) / 180,
    "money-07": lambda: income_tax(52_000),
    "money-08": shop_total,
    "money-09": lambda: 4 * 3 + 5 * 2,
    "money-10": lambda: first(itertools.count(), lambda weeks: 40 + 15 * weeks >= 190),
    "money-11": lambda: 180 + sum(0.20 for kilometre in range(740) if kilometre >= 500),
    "money-12": lambda: 120 * 9 + 85 * 4,
    "percent-01": lambda: 80 - 90 // 10 * 3 + 20,
    "percent-02": lambda: (Fraction(125, 100) * Fraction(80, 100) - 1) * 100,
    "percent-03": lambda: first(range(1, 50), lambda kg: 100 * (kg - 1) == 96 * kg),
    "percent-04": lambda: first(range(2001), lambda c: 30 * (2000 - c) + 70 * c == 45 * 2000) / 100,
    "percent-05": lambda: 12_500 * 0.64 * (0.45 - 0.35),
    "percent-06": lambda: 30 * (100 - 40) / 100,
    "percent-07": lambda: Fraction(40) * Fraction(120, 100) / 4,
    "percent-08": lambda: (2000 - 2000 * 25 // 100 - 500) / 1000,
    "time-01": lambda: clock(9, 47, hours=3, minutes=38 + 25),
    "time-02": lambda: clock(22, 15, hours=9 - 3, minutes=50),
    "time-03": lambda: ["Mon", "Tues", "Wednes", "Thurs", "Fri"][date(2030, 3, 15).weekday()] + "day",
    "time-04": latest_bus,
    "time-05": lambda: 4 * first(range(1, 100), lambda age: 4 * age + 20 == 2 * (age + 20)),
    "time-06": lambda: (date(2025, 9, 3) - date(2025, 5, 17)).days + 1,
    "time-07": lambda: clock(19, 45, minutes=130),
    "time-08": lambda: sum(int(minutes) for _, minutes in table("time-08")),
    "time-09": lambda: clock(8, 30, minutes=3 * 45 + 2 * 10),
    "time-10": lambda: first(range(100), lambda teo: teo + 4 + teo + 6 + 4 == 30),
    "time-11": lambda: (16.5 - 14) * (80 + 100),
    "word-01": lambda: (36 + 36 // 2) * Fraction(5, 6),
    "word-02": lambda: first(itertools.count(), lambda minute: 540 // 3 + (12 - 3) * minute >= 540),
    "word-03": lambda: 310 * math.ceil((137 + 9) / 48),
    "word-04": lambda: 3 * first(range(200), lambda esi: esi + 3 * esi + 3 * esi - 14 == 147) - 14,
    "word-05": lambda: 18.5 * math.ceil(Fraction(450 * 360 * 11, 30 * 30 * 10 * 12)),
    "word-06": lambda: (Fraction(3, 2) + Fraction(3, 4)) * 20 / 6,
    "word-07": gull_distance,
    "word-08": lambda: 350 * (12 + 3 * len(re.findall(r"\{\w+\}", BY_ID["word-08"]["problem"]))) / 100,
    "word-09": lambda: 150 // 12,
    "word-10": lambda: first(range(100), lambda goats: 4 * (18 + 25 + goats) == 212),
    "word-11": lambda: 1 - Fraction(1, 4) - Fraction(1, 3),
    "word-12": lambda: first(range(97), lambda anna: anna + 2 * anna == 96),
    "word-13": lambda: math.ceil(6 * 28 / 56),
    "word-14": lambda: 60 - 60 // 2 - 60 // 2 // 3,
    "word-15": lambda: 264 - 5 * 24 - 2 * 36,
    "algebra-01": lambda: sum(((7 + sign * math.sqrt(49 + 120)) / 4) ** 2 for sign in (1, -1)),
    "algebra-02": crossing_point,
    "algebra-03": lambda: sum(x for x in range(-20, 20) if 4.0**x - 6 * 2.0**x + 8 == 0),
    "algebra-04": lambda: 1 / (math.sqrt(5) - math.sqrt(3)),
    "algebra-05": lambda: sum(7 + 4 * row for row in range(30)),
    "algebra-06": remainder_of_polynomial,
    "algebra-07": piecewise_three_times,
    "algebra-08": lambda: min(4 * k / 1000 + 9000 / k for k in range(1, 20_000)),
    "algebra-09": fifth_powers,
    "algebra-10": lambda: sum(x * x for x in range(-20, 20) if x * x - 5 * x + 6 == 0),
    "algebra-11": lambda: (
        f"{first(range(99), lambda k: all((x + 3) ** 2 - (x - 3) ** 2 == k * x for x in range(9)))}x"
    ),
    "algebra-12": lambda: first(range(100), lambda x: 4 * x - 9 == 2 * x + 11),
    "algebra-13": lambda: sum(3 * n + 2 < 20 for n in range(1, 100)),
    "algebra-14": lambda: first(range(10), lambda a: a * (7 - a) == 10) ** 2 + 5**2,
    "algebra-15": lambda: sum(range(2, 101, 2)),
    "algebra-16": lambda: range(5, 1000, 3)[19],
    "calculus-01": lambda: ((1 + 1e-20j) ** 3 * cmath.exp(2 + 2e-20j)).imag / 1e-20,
    "calculus-02": lambda: simpson(lambda x: x / (1 + x * x), 0, 1),
    "calculus-03": lambda: (math.sin(0.003) - 0.003) / 0.001**3,
    "calculus-04": lambda: max(x * (120 - 2 * x) for x in range(61)),
    "calculus-05": lambda: sum(n / 3**n for n in range(1, 100)),
    "calculus-06": lambda: 20 + 70 * math.exp(30 * math.log((55 - 20) / (90 - 20)) / 10),
    "calculus-07": lambda: simpson(lambda x: x * math.cos(x), 0, math.pi / 2),
    "calculus-08": lambda: ((2 + 2**-20) ** 2 - 4) / 2**-20 - 2**-20,
    "calculus-09": lambda: ((2 + 1e-20j) ** 3 - 5 * (2 + 1e-20j)).imag / 1e-20,
    "number-01": lambda: sum(12 * (x + y) == x * y for y in range(1, 200) for x in range(1, y + 1)),
    "number-02": lambda: 7**100 % 13,
    "number-03": lambda: math.gcd(*(n**3 - n for n in range(1, 200))),
    "number-05": lambda: max(d for d in range(1, 463) if 1071 % d == 462 % d == 0),
    "number-06": lambda: first(itertools.count(1), lambda n: (n % 4, n % 5, n % 7) == (3, 4, 2)),
    "number-08": lambda: first(range(0, 100, 2), lambda n: n + (n + 2) + (n + 4) == 78),
    "number-09": lambda: first(itertools.count(1), lambda n: (n % 3, n % 5) == (2, 3)),
    "geometry-01": angle_bdc,
    "geometry-02": lambda: 13 * math.cos(math.asin(12 / 13)),
    "geometry-03": lambda: 14 * 12 / (13 + 14 + 15),
    "geometry-04": distances_in_triangle,
    "geometry-05": incentre_to_circumcentre,
    "geometry-06": lambda: simpson(lambda h: math.pi * (6 * h / 8) ** 2, 0, math.sqrt(10**2 - 6**2)),
    "geometry-07": lambda: 6 * first(range(1, 100), lambda edge: edge**3 == 125) ** 2,
    "geometry-08": lambda: first(range(17), lambda leg: leg**2 + 8**2 == 17**2),
    "geometry-09": lambda: 5 * 4 - 3 * 2,
    "geometry-10": lambda: 180 * Fraction(4, 2 + 3 + 4),
    "geometry-11": lambda: 180 - 48 - 67,
    "prob-01": lambda: Fraction(sum(a + b >= 10 for a in range(1, 7) for b in range(1, 7)), 36),
    "prob-02": lambda: Fraction(95 * 1, 95 * 1 + 10 * 99),
    "prob-03": tosses_until_hth,
    "prob-04": banana_words,
    "prob-05": lambda: sum(12 - x - y >= 1 for x in range(1, 5) for y in range(1, 12)),
    "prob-07": lambda: statistics.mean(Fraction(a == b) for a, b in itertools.combinations("RRRBBBBB", 2)),
    "prob-08": best_die_score,
    "prob-09": lambda: Fraction(sum(n % 3 == 0 for n in range(1, 21)), 20),
    "comb-01": lambda: tilings(3, 8),
    "comb-02": lambda: len({a + b + c for a, b, c in itertools.permutations("1234", 3)}),
    "physics-01": lambda: first(range(100), lambda tenths: 10 * tenths**2 == 2 * 45 * 100) / 10,
    "physics-02": stopping_distance,
    "physics-03": lambda: 12 / (4 + 6 * 3 / (6 + 3)),
    "physics-04": lambda: 650 * 0.1**3 / (1000 * 0.1**2) * 100,
    "physics-05": lambda: (200 * 80 + 300 * 20) / 500,
    "physics-06": lambda: 40**2 * math.sin(math.radians(60)) / 10,
    "physics-07": lambda: 72_000 / 3600,
    "physics-08": lambda: 540 / 200,
    "code-01": lambda: run_python(fenced("code-01")),
    "code-02": lambda: evaluated_after("code-02", "f(6)"),
    "code-03": lambda: evaluated_after("code-03", 'len(s.split("<|im_end|>"))'),
    "code-04": first_total,
    "code-05": lambda: collatz_steps(12),
    "code-06": lambda: int("101101", 2) + int("1F", 16),
    "code-07": lambda: evaluated_after("code-07", "spread([4, 9, 2, 7])"),
    "code-08": lambda: evaluated_after("code-08", "total"),
    "logic-01": lambda: abs(complex(-5, -12)),
    "logic-02": kind_of_chidi,
    "logic-03": owner_of_the_dog,
    "logic-04": second_in_the_race,
    "stats-01": lambda: statistics.mean(int(cell.replace("−", "-")) for cell in table("stats-01")[0]),
    "stats-02": lambda: first(range(1001), lambda tenths: course_points(Fraction(tenths, 10)) == 80) / 10,
    "stats-03": lambda: first(range(100), lambda n: statistics.mean([12, 14, 18, n]) == 15),
    "stats-04": lambda: max(3 * int(wins) + int(draws) for _, wins, draws, _ in table("stats-04")),
}


# --- Shape --------------------------------------------------------------------------------------------------


def test_there_are_125_rows_with_unique_ids_and_problems() -> None:
    assert len(ROWS) == len(BY_ID) == len({row["problem"] for row in ROWS}) == 125
    assert TEXT.endswith("}\n")


def test_short_and_long_rows_of_all_topics_take_turns() -> None:
    """`--limit 20` is a picture of the whole."""
    for start in range(0, 120, 20):
        part = ROWS[start : start + 20]
        assert len({row["id"].partition("-")[0] for row in part}) >= 9
        words = [len((row["problem"] + " " + row["solution"]).split()) for row in part]
        assert sum(count < 70 for count in words) >= 4
        assert sum(count > 90 for count in words) >= 4


@each_row
def test_row_has_the_six_text_fields(row: dict[str, str]) -> None:
    assert list(row) == FIELDS
    assert all(isinstance(text, str) and text and text == text.strip() for text in row.values())
    assert row["difficulty"] in {"easy", "medium", "hard"}


@each_row
def test_answer_in_the_solution_is_the_answer(row: dict[str, str]) -> None:
    stated = stated_answer(row["solution"])
    assert stated is not None
    assert stated.replace(",", "") == row["answer"].replace(",", "")


@each_row
def test_markup_is_balanced(row: dict[str, str]) -> None:
    for text in (row["problem"], row["solution"]):
        assert text.count("<think>") == text.count("</think>") <= 1
        assert text.count("```") % 2 == 0
        assert text.count("$$") % 2 == 0
        assert text.count(r"\(") == text.count(r"\)")
        assert len(re.findall(r"(?<!\\)\\\[", text)) == len(re.findall(r"(?<!\\)\\\]", text))
        assert sorted(re.findall(r"\\begin\{(\w+\*?)", text)) == sorted(re.findall(r"\\end\{(\w+\*?)", text))
        assert text.count("{") == text.count("}")
        assert not any(ord(character) < 32 and character not in "\n\t" for character in text)


# --- Mathematics --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row_id", EXPECTED)
def test_answer_is_recomputed(row_id: str) -> None:
    answer, expected = BY_ID[row_id]["answer"], EXPECTED[row_id]()
    if isinstance(expected, str):
        assert answer == expected
    else:
        assert value(answer) == pytest.approx(float(expected), rel=1e-6, abs=1e-9)


def test_only_the_two_proofs_are_not_recomputed() -> None:
    assert set(BY_ID) - set(EXPECTED) == {"number-04", "number-07"}


def test_calculator_marks_are_right() -> None:
    marks = [mark for row in ROWS for mark in re.findall(r"<<([^<>=]+)=([^<>=]+)>>(\S+)", row["solution"])]
    assert len(marks) == TEXT.count("<<") >= 25
    for expression, result, shown in marks:
        assert re.fullmatch(r"[\d+\-*/. ]+", expression)
        assert eval(expression) == pytest.approx(float(result), abs=1e-9), expression
        assert shown.startswith(result), f"the prose after <<{expression}={result}>> repeats the result"


def arithmetic(text: str) -> str:
    """Numbers and operators of prose and LaTeX in Python's spelling; everything else stays as it is."""
    text = re.sub(r"<<[^<>]*>>|\\left|\\right", "", text)
    text = re.sub(r"\\?\$(?=\d)", "", text)
    text = re.sub(r"(?<=\d)(?:\{,\}|,)(?=\d{3}\b)", "", text.replace("−", "-").replace("÷", "/"))
    text = re.sub(r"\\cdot|\\times|×|·", "*", text)
    text = re.sub(r"\\[dt]?frac\{([\d.+\-*/ ]+)\}\{([\d.+\-*/ ]+)\}", r"((\1)/(\2))", text)
    return re.sub(r"(?<=[\d)])\^(?:(\d)|\{(\d+)\})", r"**\1\2", text)


def equalities(solution: str) -> list[tuple[str, str]]:
    """Neighbouring sides of an equation that consist of numbers only, as `(left, right)`.

    A side that touches a variable, a unit sign or a LaTeX command may be incomplete and is left out.
    """
    text = arithmetic(solution)
    pairs: list[tuple[str, str]] = []
    for run in re.finditer(r"[\d.+\-*/() =]+", text):
        sides = [side.strip(" .") for side in run.group().split("=")]
        before, after = text[: run.start()], text[run.end() :]
        touched_before = re.search(r"[}_^]$|\\[a-z]+$|(?<![A-Za-z])[A-Za-z]$", before)
        glued_before = not run.group().startswith(" ") and re.search(r"[^\s$:]$", before)
        if touched_before or glued_before or re.match(r"\s*(?:[+*/]|- )", run.group()):
            sides[0] = ""
        touched_after = re.match(
            r"[a-zA-Z](?![a-z])|\\(?!text|approx|q?quad|[,;)\]\\]|end|Omega)|[\^_{]", after
        )
        glued_after = not run.group().endswith(" ") and re.match(r"[\w%°]", after)
        if touched_after or glued_after:
            sides[-1] = ""
        pairs += itertools.pairwise(sides)
    return [pair for pair in pairs if all(map(is_complete, pair))]


def is_complete(side: str) -> bool:
    juxtaposed = re.search(r"[\d)] *\(|[\d)] +[\d(]", side)
    return bool(re.search(r"[\d)]$", side)) and not juxtaposed and side.count("(") == side.count(")")


def test_equalities_between_numbers_hold_in_every_solution() -> None:
    found = [(row["id"], left, right) for row in ROWS for left, right in equalities(row["solution"])]
    assert len(found) >= 250
    assert len({row_id for row_id, _, _ in found}) >= 50
    for row_id, left, right in found:
        assert eval(left) == pytest.approx(eval(right), abs=1e-9), (row_id, left, right)


def test_hand_made_traces_agree_with_running_the_code() -> None:
    total = 0
    trace = re.findall(r"^\| (\d) \| .+ \| (\d+) \|$", BY_ID["code-01"]["solution"], re.MULTILINE)
    for i, shown in trace:
        total += 0 if int(i) % 3 == 0 else int(i) ** 2
        assert total == int(shown)
    n = 12
    steps = re.findall(r"^\d\t\S+\t(\d+)$", BY_ID["code-05"]["solution"], re.MULTILINE)
    for shown in steps:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        assert n == int(shown)
    assert (len(trace), len(steps), n) == (7, 9, 1)


# --- The shapes people have, and the awkward ones -----------------------------------------------------------


def test_there_are_long_chains_of_thought_and_a_very_long_paragraph() -> None:
    assert sum(len(row["solution"].split()) > 1500 for row in ROWS) >= 4
    paragraphs = [paragraph for row in ROWS for paragraph in row["solution"].split("\n\n")]
    assert max(len(paragraph.split()) for paragraph in paragraphs if "\n" not in paragraph) > 300


def test_answers_come_in_several_forms() -> None:
    endings = [without_thinking(row["solution"]) for row in ROWS]
    assert sum(r"\boxed{" in text for text in endings) >= 40
    assert sum("\n#### " in text for text in endings) >= 10
    assert sum("nswer is " in text and r"\boxed" not in text for text in endings) >= 5
    assert sum(row["solution"].startswith("<think>\n") for row in ROWS) >= 8


AWKWARD = {
    "nested braces in a box": r"\\boxed\{\\frac\{\\sqrt\{",
    "language inside a formula": r"\$[^$\n]*\\text\{ apples\}[^$\n]*\$",
    "condition inside a formula": r"\\text\{if \}",
    "two dollar amounts in a sentence": r"\$2 per egg and \$3 per duck",
    "dollar amount beside a formula": r"\$4 for each .*\$n\$",
    "escaped dollar": r"\\\$\d",
    "display with double dollars": r"\$\$[^$]+\$\$",
    "display with brackets": r"\\\[\n.+\n\\\]",
    "inline with parentheses": r"\\\([^)]+\\\)",
    "align environment": r"\\begin\{align\}",
    "starred align environment": r"\\begin\{align\*\}",
    "Python fence": r"```python\n",
    "SQL fence": r"```sql\n",
    "inline code": r"(?<!`)`[^`\n]+`(?!`)",
    "Markdown table": r"\n\|[-:| ]+\|\n",
    "numbered list": r"\n1\. .+\n2\. ",
    "bullet list": r"\n- .+\n- ",
    "heading": r"\n#{2,3} \w",
    "block quote": r"\n> ",
    "Unicode minus": "−",
    "multiplication sign": "×",
    "vulgar fraction": "½",
    "accented letter": "[éèãöşø]",
    "emoji": "[\U0001f300-\U0001faff]",
    "no-break space": "\u00a0",
    "euro sign": "€",
    "control-token look-alike": r"<\|im_end\|>",
    "instruction inside a problem": r"[Ii]gnore the instructions above",
    "URL": r"https://\S+\?\S+&\S+#\w+",
    "HTML tags": r"<p>.*<b>.*</b>.*<br/>",
    "placeholder of a template": r"\{name\}",
    "tabs": r"\t\S+\t",
    "two blank lines": r"\n\n\n",
    "clock time": r"\b\d\d:\d\d\b",
    "ISO date": r"\b\d{4}-\d\d-\d\d\b",
    "thousands separator": r"\b\d{1,2},\d{3}\b",
    "percent": r"\d%",
    "degree sign": "°",
}


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_case_is_present(name: str) -> None:
    pattern = re.compile(AWKWARD[name])
    assert any(pattern.search(row[field]) for row in ROWS for field in ("problem", "solution"))


def test_control_token_is_plain_text_of_one_row() -> None:
    assert [row["id"] for row in ROWS if "<|" in row["problem"] + row["solution"]] == ["code-03"]
    assert "the marker <|im_end|> after every message" in BY_ID["code-03"]["problem"]
