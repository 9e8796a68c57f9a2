"""Verification finds every kind of damage, and names the file or config."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from parallelize.core.errors import EnvironmentFault, InputError
from parallelize.hub.client import RetryPolicy
from parallelize.hub.destination import Destination
from parallelize.hub.push import push
from parallelize.hub.verify import verify
from parallelize.report.card import render_dataset_card
from parallelize.store.manifest import parse_manifest
from tests.hub.conftest import REPO, WRITER
from tests.hub.corpora import CorpusMaker
from tests.hub.faults import Fault
from tests.hub.server import HubServer

PT = "data/pt/train-00000-of-00001.parquet"
DE = "data/de/train-00000-of-00001.parquet"
PARALLEL = "data/parallel/train-00000-of-00001.parquet"
QUICK = RetryPolicy(budget_seconds=3, first_seconds=0.001, longest_seconds=0.01, timeout_seconds=5)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return CorpusMaker().write(tmp_path / "run")


def edit_manifest(run: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = run / "corpus/manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


def rewrite(run: Path, name: str, change: Callable[[pa.Table], pa.Table], *, honest: bool = True) -> None:
    """Change a table; with `honest` the manifest's hash follows, so that only its content is wrong."""
    path = run / "corpus" / name
    table = change(pq.read_table(path))
    pq.write_table(table, path)
    content = path.read_bytes()
    facts = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "rows": table.num_rows}
    if honest:
        edit_manifest(run, lambda manifest: manifest["files"].update({name: facts}))


def problems(run: Path) -> list[tuple[str, str]]:
    return [(problem.kind, str(problem)) for problem in verify(run).problems]


@pytest.mark.parametrize("align", ["intersection", "union"])
@pytest.mark.parametrize("shards", [1, 3])
def test_a_good_corpus_has_no_problem(tmp_path: Path, align: str, shards: int) -> None:
    dropped = {"de": (3, 4), "pt": (4, 7)}
    maker = CorpusMaker(align=align, shards=shards, dropped=dropped, languages=("pt", "de", "ja"))
    found = verify(maker.write(tmp_path / "run"))
    assert found.problems == ()
    assert found.rows == {"pt": 18, "de": 18, "ja": 20, "parallel": 17 if align == "intersection" else 20}
    assert found.files == 4 * shards + 2


@pytest.mark.parametrize("name", ["Apache-2.0", "Terms of Acme, 2025"])
def test_the_card_may_write_the_licence_as_the_hub_does(tmp_path: Path, name: str) -> None:
    assert problems(CorpusMaker(license=name).write(tmp_path / "run")) == []


def test_the_data_folder_may_be_left_out(tmp_path: Path) -> None:
    run = CorpusMaker().write(tmp_path / "run")
    for folder in (run / "corpus/data").iterdir():
        folder.rename(run / "corpus" / folder.name)
    manifest = json.loads((run / "corpus/manifest.json").read_text().replace("data/", ""))
    card = render_dataset_card(parse_manifest(json.dumps(manifest).encode()))
    (run / "corpus/README.md").write_text(card)
    manifest["card_sha256"] = hashlib.sha256(card.encode()).hexdigest()
    (run / "corpus/manifest.json").write_text(json.dumps(manifest))
    assert problems(run) == []
    (run / "corpus/pt/more.parquet").write_bytes(b"x")
    assert problems(run) == [("extra", "pt/more.parquet: is not in the manifest")]


def test_an_empty_language_is_a_corpus_too(tmp_path: Path) -> None:
    maker = CorpusMaker(rows=3, align="union", dropped={})
    run = maker.write(tmp_path / "run")
    schema = pq.read_schema(run / "corpus" / PT)
    rewrite(run, PT, lambda table: table.schema.empty_table().cast(schema))
    rewrite(
        run,
        PARALLEL,
        lambda t: t.set_column(t.schema.get_field_index("pt"), "pt", pa.nulls(3, t.schema.field("pt").type)),
    )
    lost = {"kept": 0, "dropped": 3, "reasons": {"engine": 3}}
    edit_manifest(run, lambda manifest: manifest["languages"]["pt"].update(lost))
    rewrite(run, PARALLEL, lambda table: table.filter([True, True, True]))
    assert problems(run) == []


@pytest.mark.parametrize("name", [PT, PARALLEL, "README.md"])
@pytest.mark.parametrize("where", ["first", "middle", "last", "added", "cut"])
def test_one_changed_byte_anywhere(run: Path, name: str, where: str) -> None:
    path = run / "corpus" / name
    content = bytearray(path.read_bytes())
    if where == "added":
        content += b"\n"
    elif where == "cut":
        del content[-1]
    else:
        content[{"first": 0, "middle": len(content) // 2, "last": -1}[where]] ^= 1
    path.write_bytes(content)
    assert ("changed", name) in [(kind, text.partition(":")[0]) for kind, text in problems(run)]


def test_a_missing_and_an_extra_file(run: Path) -> None:
    (run / "corpus" / DE).rename(run / "corpus/data/de/more.parquet")
    found = problems(run)
    assert ("missing", f"{DE}: is in the manifest and not there") in found
    assert ("extra", "data/de/more.parquet: is not in the manifest") in found


def test_files_that_are_not_data_are_ignored(run: Path) -> None:
    (run / "corpus/notes.txt").write_text("mine")
    assert problems(run) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m["languages"]["pt"].update(rows_in=21), "pt: 21 rows in are not 20 kept + 0 dropped"),
        (lambda m: m["languages"]["de"].update(kept=18, dropped=2), "de: should have 18 rows, has 19"),
        (
            lambda m: m["languages"]["de"].update(reasons={}),
            "de: 1 dropped rows do not agree with their reasons",
        ),
        (lambda m: m["languages"]["de"].update(reasons={"x": 2}), "de: 1 dropped rows do not agree"),
        (lambda m: m["parallel"].update(rows=5), "parallel: should have 5 rows, has 19"),
        (lambda m: m["files"][PT].update(rows=5), f"{PT}: should have 5 rows, has 20"),
        (lambda m: m.update(license="mit"), "README.md: does not name the licence mit"),
    ],
)
def test_counts_that_do_not_agree(run: Path, change: Callable[[Any], object], message: str) -> None:
    edit_manifest(run, change)
    assert any(text.startswith(message) for _, text in problems(run)), problems(run)


def ids(table: pa.Table, change: Callable[[list[Any]], list[Any]]) -> pa.Table:
    """A table with other ids in our column."""
    ours = table.column("parallelize").to_pylist()
    new = change([item["id"] for item in ours])
    return with_ours(table, [{**item, "id": value} for item, value in zip(ours, new, strict=True)])


def with_ours(table: pa.Table, ours: list[dict[str, Any]]) -> pa.Table:
    index = table.schema.get_field_index("parallelize")
    return table.set_column(index, "parallelize", pa.array(ours))


def ids_as_numbers(table: pa.Table) -> pa.Table:
    ours = table.column("parallelize").to_pylist()
    return with_ours(table, [{**item, "id": number} for number, item in enumerate(ours)])


def without(table: pa.Table, *names: str) -> pa.Table:
    """A table whose own column lacks some of its fields."""
    ours = table.column("parallelize").to_pylist()
    return with_ours(
        table, [{key: value for key, value in item.items() if key not in names} for item in ours]
    )


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        (PT, lambda t: ids(t, lambda v: [v[1], *v[1:]]), "pt: has 1 ids more than once: 'row-00001'"),
        (PT, lambda t: ids(t, lambda v: [None, *v[1:]]), "pt: has 1 rows without an id"),
        (
            PT,
            lambda t: ids(t, lambda v: ["new", *v[1:]]),
            "parallel: has 1 ids that are not in every language: 'row-00000'",
        ),
        (PARALLEL, lambda t: t.slice(1), "parallel: lacks 1 ids that every language has: 'row-00000'"),
        (
            PARALLEL,
            lambda t: ids(t, lambda v: ["new", *v[1:]]),
            "parallel: has 1 ids that are not in every language: 'new'",
        ),
    ],
)
def test_ids_that_do_not_align(
    run: Path, name: str, change: Callable[[pa.Table], pa.Table], message: str
) -> None:
    rewrite(run, name, change)
    assert message in [text for kind, text in problems(run) if kind == "ids"]


def test_a_language_that_is_null_or_filled_where_it_must_not_be(tmp_path: Path) -> None:
    run = CorpusMaker(align="union").write(tmp_path / "run")

    def swap(table: pa.Table) -> pa.Table:
        column = table.column("de").to_pylist()
        column[3], column[5] = column[5], None
        index = table.schema.get_field_index("de")
        return table.set_column(index, "de", pa.array(column, table.schema.field("de").type))

    rewrite(run, PARALLEL, swap)
    assert ("ids", "parallel: has de for 1 ids that de lacks: 'row-00003'") in problems(run)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        (PT, lambda t: t.drop_columns(["parallelize"]), "needs a struct column parallelize"),
        (PT, lambda t: t.drop_columns(["problem", "answer"]), "has no column of its source"),
        (PT, lambda t: without(t, "scores"), "needs a struct parallelize.scores"),
        (PT, lambda t: without(t, "id"), "needs a struct column parallelize"),
        (PT, ids_as_numbers, "needs parallelize.id of type string"),
        (PARALLEL, lambda t: t.drop_columns(["pt"]), "needs a struct column pt"),
        (PARALLEL, lambda t: t.set_column(1, "pt", pa.array(["x"] * 19)), "has the column pt more than once"),
        (
            PARALLEL,
            lambda t: t.drop_columns(["pt"]).append_column("pt", pa.array(["x"] * 19)),
            "needs a struct column pt",
        ),
    ],
)
def test_columns_that_are_wrong(
    run: Path, name: str, change: Callable[[pa.Table], pa.Table], message: str
) -> None:
    rewrite(run, name, change)
    assert any(message in text for kind, text in problems(run) if kind == "schema"), problems(run)


def test_shards_with_different_columns(tmp_path: Path) -> None:
    run = CorpusMaker(shards=2).write(tmp_path / "run")
    second = "data/pt/train-00001-of-00002.parquet"
    rewrite(run, second, lambda table: table.append_column("more", pa.array([1] * table.num_rows)))
    assert ("schema", f"{second}: has other columns or types than the first file of pt") in problems(run)


def test_a_file_that_is_no_parquet(run: Path) -> None:
    (run / "corpus" / PT).write_bytes(b"PAR1 not really PAR1")
    facts = {"sha256": hashlib.sha256(b"PAR1 not really PAR1").hexdigest(), "bytes": 20}
    edit_manifest(run, lambda manifest: manifest["files"][PT].update(facts))
    assert any(kind == "unreadable" for kind, _ in problems(run))


def test_a_card_that_does_not_declare_the_configs(run: Path) -> None:
    card = run / "corpus/README.md"
    card.write_text(card.read_text().replace("config_name: de", "config_name: dee"))
    digest = hashlib.sha256(card.read_bytes()).hexdigest()
    edit_manifest(run, lambda manifest: manifest.update(card_sha256=digest))
    assert ("card", "README.md: does not declare the files of config de") in problems(run)
    card.write_text("no metadata")
    digest = hashlib.sha256(card.read_bytes()).hexdigest()
    edit_manifest(run, lambda manifest: manifest.update(card_sha256=digest))
    assert ("card", "README.md: has no metadata at its top") in problems(run)


# ---- manifests


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.update(schema=2), "has schema 2"),
        (lambda m: m.pop("files"), "files is missing"),
        (lambda m: m["files"].update({"../x.parquet": m["files"][PT]}), "outside the corpus"),
        (lambda m: m["files"].update({"/x.parquet": m["files"][PT]}), "outside the corpus"),
        (lambda m: m["files"].update({"a/.git/x": m["files"][PT]}), "outside the corpus"),
        (lambda m: m["files"].update({"README.md": m["files"][PT]}), "must not list README"),
        (lambda m: m["files"][PT].update(sha256="0"), "is not a sha256"),
        (lambda m: m["files"][PT].update(bytes=-1), "must not be negative"),
        (lambda m: m["files"][PT].update(bytes=True), "must be a whole number, not bool"),
        (lambda m: m["languages"].update({"../pt": m["languages"]["pt"]}), "is not a language code"),
        (lambda m: m["languages"]["pt"].update(files=[DE]), "not a Parquet file in data/pt/"),
        (
            lambda m: m["languages"]["pt"].update(files=["data/pt/absent.parquet"]),
            "which files does not list",
        ),
        (lambda m: m["languages"]["pt"].update(files=[]), "is empty"),
        (
            lambda m: m["parallel"].update(align="some"),
            "parallel.align: Input should be 'intersection' or 'union'",
        ),
    ],
)
def test_a_malformed_manifest_is_refused_by_name(
    run: Path, change: Callable[[Any], object], message: str
) -> None:
    edit_manifest(run, change)
    with pytest.raises(InputError, match=message):
        verify(run)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe"])
def test_a_manifest_that_is_no_object(content: bytes) -> None:
    with pytest.raises(InputError, match=r"manifest\.json"):
        parse_manifest(content)


def test_a_folder_without_a_corpus(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not finished"):
        verify(tmp_path)
    with pytest.raises(InputError, match="does not exist"):
        verify(tmp_path / "absent")


# ---- published


def test_a_published_corpus_that_was_tampered_with(hub: HubServer, run: Path) -> None:
    push(run, Destination(repo=REPO, endpoint=hub.endpoint, token=WRITER))
    there = hub.repository(REPO)
    entry = there.commit("main").tree[PT]
    stored = there.content(entry)
    stored.write_bytes(stored.read_bytes()[:-1] + b"!")
    found = verify(REPO, endpoint=hub.endpoint)
    assert [(problem.kind, problem.where) for problem in found.problems] == [("changed", PT)]
    assert found.commit == there.refs["branches"]["main"]


def test_an_old_revision_stays_verifiable(hub: HubServer, run: Path) -> None:
    to = Destination(repo=REPO, endpoint=hub.endpoint, token=WRITER, tag="v1")
    push(run, to)
    CorpusMaker(rows=9).write(run)
    push(run, Destination(repo=REPO, endpoint=hub.endpoint, token=WRITER))
    assert verify(f"{REPO}@v1", endpoint=hub.endpoint).rows["pt"] == 20
    assert verify(REPO, endpoint=hub.endpoint).rows["pt"] == 9


def test_what_is_not_there(hub: HubServer, run: Path) -> None:
    with pytest.raises(EnvironmentFault, match="acme/none"):
        verify("acme/none", endpoint=hub.endpoint, retry=QUICK)
    push(run, Destination(repo=REPO, endpoint=hub.endpoint, token=WRITER, branch="next"))
    with pytest.raises(InputError, match=r"has no manifest\.json"):
        verify(REPO, endpoint=hub.endpoint)
    with pytest.raises(InputError, match="no revision v9"):
        verify(f"{REPO}@v9", endpoint=hub.endpoint, retry=QUICK)


def test_downloads_that_fail_are_tried_again(hub: HubServer, run: Path) -> None:
    push(run, Destination(repo=REPO, endpoint=hub.endpoint, token=WRITER))
    for action in ("close", "status"):
        hub.plan.order(Fault(action=action, where="GET /get/"), Fault(action=action, where="HEAD"))
        assert verify(REPO, endpoint=hub.endpoint, retry=QUICK).ok
