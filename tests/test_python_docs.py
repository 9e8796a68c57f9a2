"""The examples of docs/python.md run, and the front door is what it says."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

import parallelize
from parallelize.core.errors import InputError

DOCS = Path(__file__).parent.parent / "docs"


def test_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (DOCS / "python.md").read_text(encoding="utf-8")
    examples = doctest.DocTestParser().get_doctest(text, {}, "docs/python.md", "docs/python.md", 0)
    assert len(examples.examples) > 15
    said: list[str] = []
    outcome = doctest.DocTestRunner(verbose=False).run(examples, out=said.append)
    assert outcome.failed == 0, "".join(said)


def test_importing_the_package_reads_nothing_else() -> None:
    code = (
        "import sys, parallelize; "
        "heavy = {'polars', 'pyarrow', 'numpy', 'pydantic', 'parallelize.api.corpora'} & set(sys.modules); "
        "assert not heavy, heavy; assert callable(parallelize.audit); "
        "assert set(parallelize.__all__) <= set(dir(parallelize))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = parallelize.nothing  # type: ignore[attr-defined]


PAIRS = {
    "source": ["She has 12 red hens.", "He sold 3 books."],
    "target": ["Sie hat 12 rote Hühner.", "Er verkaufte 4 Bücher."],
}


@pytest.mark.parametrize("form", ["pandas", "polars", "list", "datasets", "path"])
def test_rows_in_any_form_give_the_same_audit(form: str, tmp_path: Path) -> None:
    rows = [dict(zip(PAIRS, values, strict=True)) for values in zip(*PAIRS.values(), strict=True)]
    data: object = rows
    if form == "pandas":
        data = pd.DataFrame(PAIRS)
    elif form == "polars":
        data = pl.DataFrame(PAIRS)
    elif form == "datasets":
        import datasets

        data = datasets.Dataset.from_dict(PAIRS)
    elif form == "path":
        data = tmp_path / "pairs.parquet"
        pl.DataFrame(PAIRS).write_parquet(data)
    found = parallelize.audit(data, "de")
    assert [row.verdict.kept for row in found.rows] == [True, False]
    assert found.reasons == {"numbers": 1}
    assert found.table()["kept"].to_list() == [True, False]
    assert found.judged_by(number_faults=None).kept == 2


def test_what_has_no_rows_is_refused() -> None:
    with pytest.raises(InputError, match="int is no source of rows"):
        parallelize.audit(5, "de")
    with pytest.raises(InputError, match="no source of rows"):
        parallelize.score([1, 2])
