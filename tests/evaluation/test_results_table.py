"""Tables of results: every format gives the same table, and a bad one says where and what to do."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from parallelize.core.errors import InputError
from parallelize.evaluation.results_table import read_results

PLAIN = """model,trained_languages,language,benchmark,accuracy
base,,en,mgsm,0.4
base,,de,mgsm,0.3
mix-2,en+de,en,mgsm,0.6
mix-2,en+de,de,mgsm,0.5
"""


def write(folder: Path, text: str, name: str = "results.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def answers(samples: int = 1) -> list[dict[str, object]]:
    """Two models, two languages, three items; the second item of `mix-2` is right in English only."""
    right = {
        ("base", "en"): (1, 0, 0),
        ("base", "de"): (0, 0, 1),
        ("mix-2", "en"): (1, 1, 0),
        ("mix-2", "de"): (1, 0, 0),
    }
    return [
        {
            "model": model,
            "trained_languages": ["en", "de"] if model == "mix-2" else [],
            "language": language,
            "benchmark": "mgsm",
            "item": item,
            "sample": sample,
            "correct": bool(flag),
        }
        for (model, language), flags in right.items()
        for item, flag in enumerate(flags)
        for sample in range(samples)
    ]


def test_plain_accuracies(tmp_path: Path) -> None:
    table = read_results(write(tmp_path, PLAIN))
    assert [(model.name, model.n, model.trained_languages) for model in table.models] == [
        ("base", 0, ()),
        ("mix-2", 2, ("en", "de")),
    ]
    assert table.cells == (("en", "mgsm"), ("de", "mgsm"))
    assert table.accuracy.tolist() == [[0.4, 0.3], [0.6, 0.5]]
    assert table.answers is None
    assert table.items is None
    assert table.resampled(100, 0) is None


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "parquet"])
def test_every_format_gives_the_same_answers(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"items.{ending}"
    rows = answers(samples=2)
    if ending == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "\n")
    elif ending == "parquet":
        pl.DataFrame(rows).write_parquet(path)
    else:
        flat = [row | {"trained_languages": "+".join(row["trained_languages"])} for row in rows]  # type: ignore[arg-type]
        pl.DataFrame(flat).write_csv(path, separator="," if ending == "csv" else "\t")
    table = read_results(path)
    assert table.accuracy == pytest.approx(np.array([[1 / 3, 1 / 3], [2 / 3, 1 / 3]]))
    assert table.models[1].trained_languages == ("en", "de")
    assert table.answers is not None
    assert table.answers["mgsm"].values[1].tolist() == [[0, 0], [1, 0]]
    assert table.answers["mgsm"].measured.all()
    assert table.items == 3


def test_an_item_weighs_the_same_however_often_it_was_sampled(tmp_path: Path) -> None:
    lines = ["model,n,language,benchmark,item_id,sample,correct"]
    lines += ["m,1,en,b,q1,0,1", "m,1,en,b,q1,1,1", "m,1,en,b,q1,2,0", "m,1,en,b,q2,0,0"]
    table = read_results(write(tmp_path, "\n".join(lines)))
    assert table.accuracy[0, 0] == pytest.approx(1 / 3)
    assert table.models[0].trained_languages is None


def test_resamples_keep_items_together(tmp_path: Path) -> None:
    """The same item right in one language and wrong in the other: the sum never changes."""
    rows = ["model,n,language,benchmark,item,correct"]
    for shift, code in enumerate(("en", "de")):
        rows += [f"m,1,{code},b,{item},{(item + shift) % 2}" for item in range(8)]
    drawn = read_results(write(tmp_path, "\n".join(rows))).resampled(200, 3)
    assert drawn is not None
    assert drawn.shape == (200, 1, 2)
    assert drawn.sum(axis=2) == pytest.approx(1.0)
    assert drawn[:, 0, 0].std() > 0.1


@pytest.mark.parametrize(
    "spelling", ["en+de", "en, de", "en de", "en|de", '["en", "de"]', "eng;deu", "EN/DE"]
)
def test_spellings_of_training_languages(tmp_path: Path, spelling: str) -> None:
    quoted = '"' + spelling.replace('"', '""') + '"'
    table = read_results(write(tmp_path, PLAIN.replace("en+de", quoted)))
    assert table.models[1].trained_languages == ("en", "de")


def test_scripts_stay_apart_and_tags_become_canonical(tmp_path: Path) -> None:
    text = "model,n,language,benchmark,accuracy\nm,1,zh-hans,b,0.5\nm,1,zh_Hant,b,0.4\nm,1,deu,b,0.3\n"
    assert read_results(write(tmp_path, text)).languages == ("zh-Hans", "zh-Hant", "de")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("mix-2,en+de,de,mgsm,0.5", "mix-2,en+de,de,mgsm,50", r"row 4, column 'accuracy': '50'.*\n.*by 100"),
        ("mix-2,en+de,de,mgsm,0.5", "mix-2,en+de,de,mgsm,", "row 4, column 'accuracy'"),
        ("mix-2,en+de,de,mgsm,0.5", "mix-2,en+de,de,mgsm,nan", "row 4, column 'accuracy'"),
        ("mix-2,en+de,de,mgsm,0.5", "mix-2,en+de,Klingonish,mgsm,0.5", "row 4, column 'language': unknown"),
        ("mix-2,en+de,de,mgsm,0.5", "mix-2,en+de,german,mgsm,0.5", "did you mean de"),
        ("mix-2,en+de,de,mgsm,0.5", "mix-2,en+de,de,,0.5", "row 4, column 'benchmark': it is empty"),
        ("mix-2,en+de,de,mgsm,0.5", "mix-2,en+fr,de,mgsm,0.5", "other training languages than in row 3"),
        ("mix-2,en+de,de,mgsm,0.5", "mix-2,en+de+en,de,mgsm,0.5", "names a language twice"),
        ("mix-2,en+de,de,mgsm,0.5", "mix-2,en+de,en,mgsm,0.5", "row 4: the same model.*as row 3"),
        ("mix-2,en+de,de,mgsm,0.5\n", "", "'mix-2' has no result for language 'de', benchmark 'mgsm'"),
        ("accuracy", "acc", r"column accuracy \(or item and correct\) is missing"),
        ("trained_languages", "langs", r"trained_languages \(or n\) is missing"),
        (PLAIN.partition("\n")[2], "", "no rows"),
    ],
)
def test_a_bad_table_says_where_and_what_to_do(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in PLAIN
    with pytest.raises(InputError, match=message) as error:
        read_results(write(tmp_path, PLAIN.replace(old, new)))
    assert "results.csv" in str(error.value)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["m,1,en,b,q1,0,2"], "row 1, column 'correct': '2' is neither 0 nor 1"),
        (["m,1,en,b,q1,0,1", "m,1,en,b,q1,0,0"], "row 1, column 'item': another row.*and sample '0'"),
        (["m,x,en,b,q1,0,1"], "'x' is not a number of languages"),
        (["m,-1,en,b,q1,0,1"], "'-1' is not a number of languages"),
        (["m,1.5,en,b,q1,0,1"], "'1.5' is not a number of languages"),
        (["m,,en,b,q1,0,1"], "column 'n': it is empty"),
        (["m,1,en,b,,0,1"], "column 'item': it is empty"),
    ],
)
def test_bad_answers(tmp_path: Path, rows: list[str], message: str) -> None:
    text = "\n".join(["model,n,language,benchmark,item,sample,correct", *rows])
    with pytest.raises(InputError, match=message):
        read_results(write(tmp_path, text))


def test_repeated_items_without_a_sample_column(tmp_path: Path) -> None:
    text = "model,n,language,benchmark,item,correct\nm,1,en,b,q,1\nm,1,en,b,q,0\n"
    with pytest.raises(InputError, match="column `sample`"):
        read_results(write(tmp_path, text))


def test_n_and_languages_must_agree(tmp_path: Path) -> None:
    text = "model,trained_languages,n,language,benchmark,accuracy\nm,en+de,{n},en,b,0.5\n"
    assert read_results(write(tmp_path, text.format(n=2))).models[0].n == 2
    assert read_results(write(tmp_path, text.format(n="2.0"))).models[0].n == 2
    with pytest.raises(InputError, match="it says 3, but trained_languages names 2"):
        read_results(write(tmp_path, text.format(n=3)))
    blank = read_results(write(tmp_path, text.replace("en+de", "").format(n=3))).models[0]
    assert (blank.n, blank.trained_languages) == (3, None)


def test_accuracy_and_answers_in_one_table_are_refused(tmp_path: Path) -> None:
    text = "model,n,language,benchmark,item,correct,accuracy\nm,1,en,b,q,1,0.5\n"
    with pytest.raises(InputError, match="both `accuracy` and `correct`"):
        read_results(write(tmp_path, text))
    with pytest.raises(InputError, match="column item is missing"):
        read_results(write(tmp_path, "model,n,language,benchmark,correct\nm,1,en,b,1\n"))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("results.xlsx", "x", "format from the ending"),
        ("results.jsonl", '{"model": 1}\n{oops\n', "line 2: not JSON"),
        ("results.jsonl", "[1]\n", "line 1: not a JSON object"),
        ("results.parquet", "not parquet", "not readable as parquet"),
        ("results.csv", "", "not readable as csv"),
    ],
)
def test_unreadable_files(tmp_path: Path, name: str, content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_results(write(tmp_path, content, name))


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_missing_file(tmp_path: Path, ending: str) -> None:
    with pytest.raises(InputError, match=r"absent.*No such file"):
        read_results(tmp_path / f"absent.{ending}")


WIDE = "model,n,en,German,Swahili\nbase,0,0.5,0.4,0.1\ntuned,1,0.6,0.45,0.2\n"


def test_a_wide_table_has_a_column_for_each_language(tmp_path: Path) -> None:
    path = tmp_path / "mgsm.results.csv"
    path.write_text(WIDE)
    table = read_results(path)
    assert table.cells == (("en", "mgsm"), ("de", "mgsm"), ("sw", "mgsm"))
    assert table.accuracy[1].tolist() == [0.6, 0.45, 0.2]


def test_a_wide_table_has_columns_of_benchmark_and_language_or_of_benchmarks(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("model,n,note,mgsm/en,mgsm/de,aime_en,aime_de\na,1,x,0.5,0.4,0.3,0.2\n")
    table = read_results(path)
    assert table.cells == (("en", "mgsm"), ("de", "mgsm"), ("en", "aime"), ("de", "aime"))
    path.write_text("model,n,language,mgsm,aime\na,1,en,0.5,0.3\na,1,de,0.4,0.2\n")
    other = read_results(path)
    assert dict(zip(other.cells, other.accuracy[0].tolist(), strict=True)) == dict(
        zip(table.cells, table.accuracy[0].tolist(), strict=True)
    )


def test_a_column_of_bytes_is_text_or_shown_as_bytes(tmp_path: Path) -> None:
    path = tmp_path / "mine.parquet"
    columns = {"model": [b"a", b"b\xff"], "n": [0, 1], "note": [b"\xff\xfe", None], "en": [0.5, 0.6]}
    pl.DataFrame(columns).write_parquet(path)
    assert [model.name for model in read_results(path).models] == ["a", "b\\xff"]


def test_columns_that_name_no_benchmark_beside_some_that_do(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("model,trained_languages,en,de,mgsm_ja\na,,0.5,0.4,0.3\nb,en,0.6,0.5,0.4\n")
    assert read_results(path).cells == (("en", "mine"), ("de", "mine"), ("ja", "mgsm"))


def test_a_wide_table_of_answers_and_its_errors(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("model,n,item,en,de\na,1,x,1,0\na,1,y,1,1\n")
    table = read_results(path)
    assert table.items == 2
    assert table.accuracy.tolist() == [[1.0, 0.5]]
    path.write_text(WIDE.replace("0.45", "45"))
    with pytest.raises(InputError, match="row 2, column 'German': '45' is not a share"):
        read_results(path)
    path.write_text("model,n,en,id\na,1,0.5,0.4\n")
    assert read_results(path).languages == ("en", "id")
    path.write_text("model,n,benchmark,mgsm/en\na,1,b,0.5\n")
    with pytest.raises(InputError, match="in the names of columns"):
        read_results(path)
