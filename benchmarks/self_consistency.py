"""Whether a kept row with a serious fault is translated otherwise when its names or numbers are others.

    python benchmarks/self_consistency.py RUN benchmarks/labels/default_corpus_pt_6.tsv

An engine that knows a sentence should translate it alike, whoever buys however many. Every line of the
labelled rows of a finished build into Portuguese is translated three times by the embedded engine: as it
is, with other names, and with other numbers; words of four letters and more that only one of two has are
counted. Printed is the area under the curve of these counts, and of the words of a row, for serious faults.
"""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
from fxtranslate import Translator, discovery
from quality_figure import area

from parallelize.engines.bergamot.models import ModelStore, default_cache
from parallelize.engines.bergamot.pieces import pieces
from parallelize.engines.bergamot.worker import translate_pieces
from parallelize.text.protect.names import names
from parallelize.text.senses import plain_wording

NAMES = ("Tom", "Maria", "Peter", "Laura", "Robert", "Anna")
_MARK = re.compile(r"<<[^>]*>>")
_NUMBER = re.compile(r"\d{2,}|[2-9]")


def engine() -> Callable[[str], str]:
    """The bundled model from English into Portuguese, in this process."""
    model = ModelStore(models=None, offline=True, cache=default_cache()).find("en", "pt")
    shortlist = model.shortlist.path.read_bytes() if model.shortlist else None
    vocabularies = (model.source_vocabulary.path.read_bytes(), model.target_vocabulary.path.read_bytes())
    translator = Translator(model.model.path.read_bytes(), *vocabularies, shortlist)
    return lambda text: translate_pieces(pieces(text, discovery.segment_sentences), translator.translate)


def other_names(text: str) -> str:
    known = dict.fromkeys(text[start:end] for start, end in names(text))
    for place, name in enumerate(known):
        text = re.sub(rf"\b{re.escape(name)}\b", NAMES[place % len(NAMES)], text)
    return text


def other_numbers(text: str) -> str:
    return _NUMBER.sub(lambda match: "".join(str((3 * int(sign) + 1) % 7 + 2) for sign in match[0]), text)


def unlike(first: str, second: str) -> int:
    """How many words only one of two translations has, names left out."""
    ours, theirs = _words(first), _words(second)
    return sum((ours - theirs).values()) + sum((theirs - ours).values())


def _words(text: str) -> Counter[str]:
    bare = unicodedata.normalize("NFD", re.sub(r"\b[A-Z]\w+", "", text).lower())
    return Counter(word[:5] for word in re.findall(r"[a-z]{4,}", re.sub(r"[\u0300-\u036f]", "", bare)))


def labelled_rows(run: str, file: str) -> Iterator[tuple[bool, list[str]]]:
    """Whether a fault is serious, and the English lines, of every labelled row."""
    cells = [line.split("\t") for line in Path(file).read_text(encoding="utf-8").splitlines()]
    labels = {row[0]: row[1] == "serious" for row in cells if len(row) == 3 and row[0] != "id"}
    for part in sorted(Path(run).glob("translations/pt/*.parquet")):
        for row in pq.read_table(part).to_pylist():
            if row["id"] in labels:
                lines = "\n".join(text["source"] for text in row["texts"]).split("\n")
                yield (
                    labels[row["id"]],
                    [_MARK.sub("", line) for line in lines if re.search("[a-z]{3}", line)],
                )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run")
    parser.add_argument("labels")
    options = parser.parse_args()
    translate, serious = engine(), []
    counts: dict[str, list[int]] = {"other names": [], "other numbers": [], "words": []}
    for label, lines in labelled_rows(options.run, options.labels):
        serious.append(label)
        shown = [plain_wording(line, "pt") for line in lines]
        plain = [translate(line) for line in shown]
        for name, change in (("other names", other_names), ("other numbers", other_numbers)):
            changed = [translate(change(line)) for line in shown]
            counts[name].append(sum(map(unlike, plain, changed)))
        counts["words"].append(sum(len(line.split()) for line in lines))
    print(
        f"{len(serious)} rows, {sum(serious)} of them serious\n\n| signal | area under the curve |\n|---|--:|"
    )
    for name, values in counts.items():
        print(f"| {name} | {area(values, serious):.2f} |")


if __name__ == "__main__":
    main()
