"""The card says what the manifest says, loads offline, and stays inert whatever the data holds."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from huggingface_hub import DatasetCard, DatasetCardData, HfApi
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from parallelize.core.errors import InputError
from parallelize.core.licenses import license_metadata
from parallelize.core.verdicts import Score, Verdict
from parallelize.report.card import (
    citation_file,
    dataset_metadata,
    render_dataset_card,
    render_evaluation_card,
)
from parallelize.report.templates import render
from parallelize.report.toml import to_toml
from parallelize.stages.summarize import LanguageSummary
from parallelize.store.check_tables import front_matter
from parallelize.store.corpus_sample import read_sample
from parallelize.store.manifest import Manifest, SourceEntry, SourceRows, parse_manifest
from parallelize.store.summary import CoverageCounts, Summary
from parallelize.text.markdown import code, escape, fenced
from tests.hub.corpora import CorpusMaker

HTML = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def raw_manifest(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((CorpusMaker().write(folder) / "corpus/manifest.json").read_text())
    return manifest


def manifest_of(folder: Path, **changes: Any) -> Manifest:
    return parse_manifest(json.dumps({**raw_manifest(folder), **changes}).encode())


def summary_of(values: list[float]) -> Summary:
    """A summary of Portuguese rows with these values of back_chrf, all kept."""
    counts = LanguageSummary()
    for value in values:
        score = Score(measure="back_chrf", value=value)
        counts.add(Verdict(kept=True, reasons=(), failed=()), [score], segments=1, copied=0, source_words=5)
    figures = counts.figures()
    rows = SourceRows(rows=len(values), records=len(values), rejected=0)
    return Summary(
        source=rows,
        languages={"pt": figures},
        coverage=CoverageCounts(kept_in_languages={}),
        parallel_rows=len(values),
    )


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    return manifest_of(tmp_path)


def test_the_card_states_the_facts_of_this_corpus(manifest: Manifest) -> None:
    card = render_dataset_card(manifest, summary_of([40.0, 60.0, 80.0]))
    for fact in (
        "| `pt` | Portuguese (português) | 20 |",
        "| `de` | 20 | 19 | 1 | 5.0 % | `protected` 1 |",
        "| `pt` | `back_chrf` | 42.00 | 60.00 | 78.00 |",
        "This corpus: cc-by-4.0",
        "Licence of the source: mit",
        "[acme/apples](https://huggingface.co/datasets/acme/apples), revision `1111",
        'load_dataset("ORGANIZATION/NAME", "pt", split="train")',
        "parallelize build recipe.toml --langs pt,de",
        "`en-pt`",
    ):
        assert fact in card, fact


def test_the_card_begins_with_what_it_is_and_shows_a_row(tmp_path: Path) -> None:
    run = CorpusMaker().write(tmp_path)
    manifest = parse_manifest((run / "corpus/manifest.json").read_bytes())
    sample = read_sample(run / "corpus", manifest)
    assert sample is not None
    card = render_dataset_card(manifest, sample=sample)
    first = card.split("# apples\n\n", 1)[1].splitlines()[0]
    assert first.startswith(
        "39 rows of acme/apples in Portuguese and German, translated by machine from English by small neural "
        "models on a CPU (Firefox Translations), checked by automatic gates and read by nobody."
    )
    assert "| `problem` | `string` | problem, translated |" in card
    assert "| `parallelize` | `struct` | ours: source texts by path, scores" in card
    shown = json.loads(card.split("```json\n", 1)[1].split("\n```", 1)[0])
    assert shown["id"] == "row-00000"
    assert shown["problem"] == "Ana tem 0 maçãs e compra mais 1. Quantas maçãs ela tem?"
    assert "reads long arguments and wordplay literally" in card
    assert "@misc{apples,\n  title = {apples: pt, de}," in card


def test_the_citation_file_names_the_source() -> None:
    manifest = Manifest(
        name="fruit: a {corpus}",
        created_with={"parallelize": "1"},
        recipe={},
        fingerprint="0" * 64,
        source=SourceEntry(
            source="acme/apples", kind="hub", name="acme/apples", revision="1" * 40, language="en"
        ),
        languages={},
        rows=SourceRows(rows=0, records=0, rejected=0),
        files={},
    )
    cited = yaml.safe_load(citation_file(manifest))
    assert cited["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= cited.keys()
    assert cited["title"] == "fruit: a {corpus}"
    (source,) = cited["references"]
    assert (source["title"], source["version"]) == ("acme/apples", "1" * 40)
    assert source["url"] == "https://huggingface.co/datasets/acme/apples"
    assert dataset_metadata(manifest)["source_datasets"] == ["extended|acme/apples"]


def test_the_metadata_is_what_the_hub_indexes(manifest: Manifest, api: HfApi) -> None:
    text = render_dataset_card(manifest)
    card = DatasetCard(text)
    data = card.data
    assert isinstance(data, DatasetCardData)
    assert (data.language, data.license, data.size_categories) == (["en", "pt", "de"], "cc-by-4.0", ["n<1K"])
    assert [item["config_name"] for item in data.to_dict()["configs"]] == ["pt", "de", "parallel"]
    for info in data.to_dict()["dataset_info"]:
        files = manifest.configs[info["config_name"]]
        assert info["download_size"] == sum(manifest.files[name].bytes for name in files)
        entry = manifest.languages.get(info["config_name"])
        rows = manifest.parallel.rows if entry is None else entry.kept
        assert info["splits"] == [{"name": "train", "num_examples": rows}]
    api._validate_yaml(text, repo_type="dataset")


def test_many_shards_are_declared_by_a_pattern_with_their_number(tmp_path: Path) -> None:
    CorpusMaker(shards=3).write(tmp_path)
    found = front_matter((tmp_path / "corpus/README.md").read_text())
    assert found is not None
    assert found["configs"][0]["data_files"][0]["path"] == "data/pt/train-*-of-00003.parquet"


def test_the_folder_loads_without_a_hub(tmp_path: Path) -> None:
    CorpusMaker(shards=2).write(tmp_path)
    script = (
        "import sys, datasets\n"
        "for name in ('pt', 'de', 'parallel'):\n"
        "    print(name, len(datasets.load_dataset(sys.argv[1], name, split='train')))\n"
    )
    environment = {"HF_HOME": str(tmp_path / "hf"), "HF_HUB_OFFLINE": "1", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "corpus")],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
    )
    assert done.stdout.split() == ["pt", "20", "de", "19", "parallel", "19"], done.stderr[-2000:]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("CC-BY-4.0", {"license": "cc-by-4.0"}),
        ("apache-2.0", {"license": "apache-2.0"}),
        ("My Own: Terms/1", {"license": "other", "license_name": "my-own-terms-1"}),
        (None, {}),
        ("  ", {}),
    ],
)
def test_licences(given: str | None, expected: dict[str, str]) -> None:
    assert license_metadata(given) == expected


def test_gates_that_differ_by_language_or_are_off(tmp_path: Path) -> None:
    manifest = raw_manifest(tmp_path)
    manifest["languages"]["pt"]["thresholds"] = {"back_chrf": 55.0, "repetition": None}
    manifest["languages"]["de"]["thresholds"] = {"repetition": None}
    card = render_dataset_card(parse_manifest(json.dumps(manifest).encode()))
    assert re.search(r"`back_chrf` .*(at least 55\.00; de: 40\.00|at least 40\.00; pt: 55\.00)", card)
    assert "switched off: repetition (de, pt)" in card


def test_paths_of_this_machine_are_not_published(tmp_path: Path) -> None:
    secret_folder = "/home/someone/private"
    changes = {
        "recipe": {"source": {"path": f"{secret_folder}/rows.jsonl"}, "engine": {"models": "~/models/x"}},
        "source": {
            "source": f"{secret_folder}/rows.jsonl",
            "kind": "files",
            "name": "rows.jsonl",
            "language": "en",
            "files": [{"path": f"{secret_folder}/rows.jsonl"}],
        },
    }
    card = render_dataset_card(manifest_of(tmp_path, **changes))
    assert "someone" not in card
    assert "~/" not in card
    assert 'path = "rows.jsonl"' in card


# ---- hostile text

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](http://evil.example/pixel)",
    "{{ 7 * 7 }}{% for x in y %}",
    "{{ ''.__class__.__mro__ }}",
    "a | b | c",
    "`code` ``` fence",
    "# heading\n\n- item\n---\nlicense: mit",
    "\u202eevil\u202c \u200b",
    "\x1b[31mred\x00",
    "$\\evil$ *b* _i_ ~~s~~ **x**",
    "http://evil.example www.evil.example",
    "--- \nconfigs: []\n---",
    "&lt;b&gt; &#60;b&#62;",
    "1. one",
    "\\",
    "'\"",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(tmp_path: Path, text: str, api: HfApi) -> None:
    changes = {
        "name": text,
        "license": text,
        "citation": text,
        "recipe": {"corpus": {"citation": text}, "source": {"path": text}},
        "source": {
            "kind": "hub",
            "source": text,
            "name": text,
            "revision": text,
            "license": text,
            "language": "en",
        },
        "created_with": {"parallelize": text, text: text},
    }
    manifest = {**raw_manifest(tmp_path), **changes}
    manifest["languages"]["pt"]["engine"] = {"engine": text, "model": text, "extra": {text: text}}
    card = render_dataset_card(parse_manifest(json.dumps(manifest).encode()))
    api._validate_yaml(card, repo_type="dataset")
    metadata = front_matter(card)
    assert metadata is not None
    assert metadata["pretty_name"] == text
    assert len(metadata["configs"]) == 3
    body = card.split("\n---\n", 1)[1]
    html = HTML.render(body)
    assert not re.search(
        r"<(?!/?(?:h[12]|p|table|thead|tbody|tr|t[hd]|code|pre|ul|li|strong|a|em)\b)", html
    ), html
    links = re.findall(r'<a href="([^"]*)"', html)
    assert links == []
    assert "49" not in re.findall(r"<h1>(.*)</h1>", html)[0]
    assert [line for line in html.splitlines() if line.startswith("<h1>")] == [html.splitlines()[0]]
    assert not set(body) & set("\x00\x1b\u202e\u200b")
    columns = {row.count("<t") for row in re.findall(r"<tr>(.*?)</tr>", html.replace("\n", ""))}
    assert columns <= {2, 4, 5, 6}


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(TEXT)
def test_escaped_text_reads_as_itself(text: str) -> None:
    html = HTML.render(f"x {escape(text)} y")
    assert html.startswith("<p>x")
    assert html.count("<") == 2
    plain = html.removeprefix("<p>").removesuffix("</p>\n")
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        plain = plain.replace(entity, char)
    visible = escape(text).replace("\\", "")
    assert ("\\" in text) or len(plain) <= len(visible) + 4


@given(TEXT)
def test_code_spans_and_blocks_hold_their_text(text: str) -> None:
    span = HTML.render(f"x {code(text)} y")
    assert span.count("<code>") == (1 if str(code(text)) else 0)
    assert not re.search(r"<(?!/?(p|code)>)", span)
    block = HTML.render(str(fenced(text, "toml")))
    assert block.startswith('<pre><code class="language-toml">')
    assert block.count("<") == 4


JSON_VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, min_size=1, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(TEXT, JSON_VALUES, max_size=4))
def test_toml_reads_back(table: dict[str, Any]) -> None:
    assert tomllib.loads(to_toml(table)) == table


# ---- templates of users


def test_a_template_of_the_user(manifest: Manifest, tmp_path: Path) -> None:
    own = tmp_path / "own.md.jinja"
    own.write_text(
        "# My {{ name }}\n{% for item in languages %}{{ item.code }} {{ item.kept }};{% endfor %}\n"
    )
    card = render_dataset_card(manifest, template=own)
    assert card.endswith("# My apples\npt 20;de 19;")
    assert front_matter(card) is not None


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ absent }}", "'absent' is undefined"),
        ("{% for x in %}", "line 1"),
        ("{{ name.__class__.__mro__ }}", "unsafe"),
        ("{{ languages.append(1) }}", "not safely callable|unsafe"),
        ("{{ name | safe }}", "No filter named 'safe'"),
        ("{% include 'x' %}", "no loader"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{{ range(999999999) | list }}", "a range is longer than 10,000"),
    ],
)
def test_a_template_cannot_leave_its_sandbox(template: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        render(template, {"name": "x", "languages": [1]}, where="own.md.jinja")


def test_a_template_that_is_not_there(manifest: Manifest, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        render_dataset_card(manifest, template=tmp_path / "absent")


# ---- evaluation


def test_the_evaluation_page() -> None:
    def rate(count: int, total: int, skipped: int = 0) -> dict[str, Any]:
        return {
            "count": count,
            "total": total,
            "skipped": skipped,
            "value": count / total,
            "interval": [0.1, 0.3],
        }

    row = {"language": "pt", "accuracy": rate(1, 5), "off_target": rate(1, 4, 1), "strict_accuracy": None}
    results = {
        "name": "Small model on MGSM",
        "model": {"id": "acme/small", "revision": "abc"},
        "benchmarks": [{"name": "mgsm", "dataset": "acme/mgsm", "revision": None, "rows": [row]}],
        "settings": {"temperature": 0.6},
        "created_with": {"parallelize": "0.1.0"},
    }
    page = render_evaluation_card(results)
    assert "| `pt` | 20.0 % | 10.0 % to 30.0 % | 25.0 % | 4 | 1 | – |" in page
    assert "| temperature | `0.6` |" in page
    assert (front_matter(page) or {})["language"] == ["pt"]
