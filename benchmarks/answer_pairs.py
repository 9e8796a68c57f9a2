"""Hard pairs of gold answers and responses in many languages, judged by us and by math-verify.

    python benchmarks/answer_pairs.py                       # benchmarks/data/answer_pairs.tsv, by kind
    python benchmarks/answer_pairs.py --lighteval PYTHON --simple-evals CLONE     # the same, beside two more
    python benchmarks/answer_pairs.py --different DATA      # golds of data sets, changed: none may be equal

The table says whether a response is right. math-verify gets what its own documentation asks for: the whole
response, and the gold answer in `$…$`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from answer_peers import simple_evals

from parallelize.evaluation.accuracy import judge_answer
from parallelize.text.answers import answers_equal
from parallelize.text.thinking import split_response

TABLE = Path(__file__).with_name("data") / "answer_pairs.tsv"
PAIRS = 2_975


class Pair(NamedTuple):
    """One gold answer and one response."""

    kind: str
    language: str
    gold: str
    response: str
    right: bool


def pairs() -> Iterator[Pair]:
    """The rows of the table."""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            kind, language, gold, response, right = line.split("\t")
            yield Pair(kind, language, gold.replace("\\n####", "\n####"), response, right == "1")


def ours(pair: Pair) -> bool:
    """Whether we call it right."""
    split = split_response(pair.response)
    return judge_answer(split.answer, pair.gold, pair.language, unclosed=split.thinking).correct is True


def math_verify(pair: Pair) -> bool:
    """Whether math-verify calls it right."""
    from math_verify import parse, verify

    gold = pair.gold if "boxed" in pair.gold or "$" in pair.gold else f"${pair.gold}$"
    try:
        return bool(verify(parse(gold), parse(pair.response)))
    except Exception:  # noqa: BLE001 - whatever it raises is no verdict
        return False


def lighteval(table: list[Pair], python: Path) -> list[bool]:
    """Verdicts of lighteval, in an environment of its own."""
    lines = [
        json.dumps({**pair._asdict(), "choice": pair.kind == "choices"}, ensure_ascii=False) for pair in table
    ]
    program = Path(__file__).with_name("answer_peers.py")
    done = subprocess.run(
        [str(python), str(program)], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line in {"true", "false"}]


def changed(gold: str, generator: random.Random) -> str | None:
    """The gold with one thing changed that changes its value: a digit, a sign, a bracket, an exponent."""
    digits = [match.start() for match in re.finditer(r"\d", gold)]
    if not digits:
        return None
    at = generator.choice(digits)
    if gold[at] in "01" and gold[at - 1 : at] == ".":
        return None
    other = str((int(gold[at]) + generator.randint(1, 8)) % 9 + 1)
    if other == gold[at]:
        other = str(int(other) % 9 + 1)
    return gold[:at] + other + gold[at + 1 :]


def different(data: Path) -> Iterator[tuple[str, str]]:
    """Pairs of golds that are not equal."""
    generator = random.Random(13)
    lines = (data / "math500" / "test.jsonl").read_text(encoding="utf-8").splitlines()
    others = json.loads((data / "deepscaler_parts" / "math.json").read_text(encoding="utf-8"))
    golds = [row["answer"] for row in (*map(json.loads, lines), *others)]
    unique = sorted({str(gold) for gold in golds if len(str(gold)) < 80})
    generator.shuffle(unique)
    made = 0
    for gold in unique:
        for _ in range(2):
            other = changed(gold, generator)
            if other is not None and made < PAIRS:
                made += 1
                yield gold, other


def main() -> None:
    """Print a table by kind, or the pairs that should differ and do not."""
    parser = argparse.ArgumentParser(description="hard pairs of answers")
    parser.add_argument("--different", type=Path, metavar="DATA", help="has math500 and deepscaler_parts")
    parser.add_argument("--alone", action="store_true", help="leave all others out")
    parser.add_argument("--lighteval", type=Path, metavar="PYTHON", help="a Python that has lighteval")
    parser.add_argument("--simple-evals", type=Path, metavar="CLONE", help="a clone of simple-evals")
    arguments = parser.parse_args()
    if arguments.different:
        count, equal, undecided = 0, [], 0
        for left, right in different(arguments.different):
            verdict = answers_equal(left, right, timeout_seconds=2.0)
            count += 1
            undecided += verdict is None
            if verdict:
                equal.append((left, right))
        print(f"{count} pairs of different golds: {len(equal)} equal, {undecided} undecided")
        for left, right in equal:
            print(f"  {left!r} = {right!r}")
        return
    table = list(pairs())
    verdicts = {"parallelize": [ours(pair) for pair in table]}
    if not arguments.alone:
        verdicts["math-verify"] = [math_verify(pair) for pair in table]
    if arguments.lighteval:
        verdicts["lighteval"] = lighteval(table, arguments.lighteval)
    if arguments.simple_evals:
        rule = simple_evals(arguments.simple_evals)
        verdicts["simple-evals"] = [
            rule(pair.language, pair.gold, pair.response, pair.kind == "choices") for pair in table
        ]
    totals = Counter(pair.kind for pair in table)
    right = {
        name: Counter(pair.kind for pair, said in zip(table, found, strict=True) if said == pair.right)
        for name, found in verdicts.items()
    }
    print(f"| kind | pairs | {' | '.join(right)} |\n|---|---:|{'---:|' * len(right)}")
    for kind, total in totals.items():
        print(f"| {kind} | {total} | {' | '.join(str(found[kind]) for found in right.values())} |")
    print(f"| all | {totals.total()} | {' | '.join(str(found.total()) for found in right.values())} |")


if __name__ == "__main__":
    main()
