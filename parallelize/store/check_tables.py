"""Checks of what is inside the files of a corpus: rows, ids, columns, and the card's metadata."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from parallelize.core.licenses import license_metadata
from parallelize.core.trees import JsonObject
from parallelize.store.corpus import OWN_COLUMN, own_column
from parallelize.store.manifest import PARALLEL, Manifest, data_pattern

__all__ = ["Problem", "TableChecks", "card_problems", "count_problems", "front_matter"]

_FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_SHOWN_IDS = 3
_BATCH_ROWS = 65_536


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    kind: Literal["missing", "changed", "extra", "unreadable", "count", "ids", "schema", "card"]
    where: str
    """File or config."""
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class TableChecks:
    """Reads the tables one after the other, languages before `parallel`, and compares them.

    Ids are kept (about 8 bytes plus their length each); texts are not read.
    """

    def __init__(self, manifest: Manifest) -> None:
        """Take the manifest that the tables must agree with."""
        self._manifest = manifest
        self._config = {path: config for config, paths in manifest.configs.items() for path in paths}
        self._ids: dict[str, list[Any]] = {}
        self._present: dict[str, list[Any]] = {}
        self._schemas: JsonObject = {}
        self.rows: dict[str, int] = dict.fromkeys(manifest.configs, 0)
        """Rows read so far, by config."""
        self.incomplete: set[str] = set()
        """Configs with a file that could not be read; they are not counted or compared."""

    def skip(self, path: str) -> None:
        """A file is missing or damaged: what depends on it cannot be checked."""
        if path in self._config:
            self.incomplete.add(self._config[path])

    def read(self, path: str, local: Path) -> list[Problem]:
        """Read one Parquet file of the corpus; return what is wrong with it by itself."""
        import pyarrow as pa
        from pyarrow import parquet

        problems: list[Problem] = []
        try:
            with parquet.ParquetFile(local) as file:
                rows = file.metadata.num_rows
                config = self._config.get(path)
                if config is not None and (twice := _repeated(file.schema_arrow.names)):
                    self.skip(path)
                    problems.append(Problem("schema", path, f"has the column {twice} more than once"))
                elif config is not None:
                    problems += self._check_schema(config, path, file.schema_arrow)
                    self._collect(config, file)
                    self.rows[config] += rows
        except (pa.ArrowException, OSError) as error:
            self.skip(path)
            return [Problem("unreadable", path, f"is not a Parquet file that can be read: {error}")]
        wanted = self._manifest.files[path].rows
        if wanted is not None and wanted != rows:
            problems.append(Problem("count", path, f"should have {wanted} rows, has {rows}"))
        return problems

    def _check_schema(self, config: str, path: str, schema: Any) -> list[Problem]:
        first = self._schemas.setdefault(config, schema.remove_metadata())
        if not schema.remove_metadata().equals(first):
            return [Problem("schema", path, f"has other columns or types than the first file of {config}")]
        wrong = _parallel_schema(schema, self._manifest) if config == PARALLEL else _language_schema(schema)
        return [Problem("schema", path, message) for message in wrong]

    def _collect(self, config: str, file: Any) -> None:
        ours = own_column(file.schema_arrow)
        if ours is None:
            return
        import pyarrow as pa

        languages = self._in_parallel(file.schema_arrow) if config == PARALLEL else []
        columns = [f"{ours}.id", *(_smallest_leaf(file.schema_arrow, language) for language in languages)]
        ids = self._ids.setdefault(config, [])
        present = [self._present.setdefault(language, []) for language in languages]
        for batch in file.iter_batches(_BATCH_ROWS, columns=columns):
            ids.append(batch.column(ours).field("id").cast(pa.string()))
            for found, language in zip(present, languages, strict=True):
                found.append(batch.column(language).is_valid())

    def _in_parallel(self, schema: Any) -> list[str]:
        return [code for code in self._manifest.languages if code in schema.names]

    def finish(self) -> list[Problem]:
        """Compare the ids of all configs, after the last file."""
        import pyarrow as pa

        ids = {
            config: pa.chunked_array(chunks, type=pa.string())
            for config, chunks in self._ids.items()
            if config not in self.incomplete
        }
        problems = [problem for config, column in ids.items() for problem in _check_ids(config, column)]
        parallel = self._manifest.parallel
        if (
            parallel is None
            or PARALLEL not in ids
            or any(code not in ids for code in self._manifest.languages)
        ):
            return problems
        languages = {code: ids[code] for code in self._manifest.languages}
        problems += _check_alignment(ids[PARALLEL], languages, parallel.align)
        for code, column in languages.items():
            if code in self._present:
                valid = pa.chunked_array(self._present[code], type=pa.bool_())
                problems += _check_nulls(code, ids[PARALLEL], ids[PARALLEL].filter(valid), column)
        return problems


def _repeated(names: list[str]) -> str | None:
    return next((name for number, name in enumerate(names) if name in names[:number]), None)


def _smallest_leaf(schema: Any, column: str) -> str:
    """Path of something short inside a struct column; reading it also tells where the struct is null."""
    import pyarrow as pa

    kind = schema.field(column).type
    if not pa.types.is_struct(kind) or not kind.num_fields:
        return column
    fields = list(kind)
    texts = [field.name for field in fields if pa.types.is_string(field.type)]
    return f"{column}.{texts[0] if texts else fields[0].name}"


def _language_schema(schema: Any) -> list[str]:
    import pyarrow as pa

    ours = own_column(schema)
    if ours is None:
        return [f"needs a struct column {OWN_COLUMN} with id, texts, scores and provenance"]
    inside = {field.name: field.type for field in schema.field(ours).type}
    wrong = [f"needs a struct {ours}.{name}" for name in ("scores", "provenance")
             if name not in inside or not pa.types.is_struct(inside[name])]  # fmt: skip
    if not pa.types.is_string(inside["id"]):
        wrong.append(f"needs {ours}.id of type string")
    if not set(schema.names) - {"id", ours}:
        wrong.append("has no column of its source")
    return wrong


def _parallel_schema(schema: Any, manifest: Manifest) -> list[str]:
    import pyarrow as pa

    wrong = [] if own_column(schema) else [f"needs a struct column {OWN_COLUMN} with id and texts"]
    for language in manifest.languages:
        if language not in schema.names or not pa.types.is_struct(schema.field(language).type):
            wrong.append(f"needs a struct column {language}")
        elif not schema.field(language).type.num_fields:
            wrong.append(f"column {language} holds no text")
    return wrong


def _shown(ids: Any) -> str:
    values = [repr(value.as_py()) for value in ids[:_SHOWN_IDS]]
    return ", ".join(values) + (", …" if len(ids) > _SHOWN_IDS else "")


def _check_ids(config: str, ids: Any) -> list[Problem]:
    import pyarrow.compute as pc

    problems = []
    if ids.null_count:
        problems.append(Problem("ids", config, f"has {ids.null_count} rows without an id"))
    counted = pc.value_counts(ids)
    repeated = counted.filter(pc.greater(counted.field("counts"), 1)).field("values")
    if len(repeated):
        problems.append(Problem("ids", config, f"has {len(repeated)} ids more than once: {_shown(repeated)}"))
    return problems


def _minus(left: Any, right: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    values = right.combine_chunks() if isinstance(right, pa.ChunkedArray) else right
    return left.filter(pc.invert(pc.is_in(left, value_set=values)))


def _check_alignment(parallel: Any, languages: Mapping[str, Any], align: str) -> list[Problem]:
    """The ids of `parallel` must be those of every language, or of any language."""
    import pyarrow as pa

    first, *others = languages.values()
    expected = first
    for ids in others:
        more = _minus(ids, expected)
        expected = (
            _minus(expected, _minus(expected, ids))
            if align == "intersection"
            else pa.chunked_array([*expected.chunks, *more.chunks], type=pa.string())
        )
    problems = []
    of_which = "every language" if align == "intersection" else "a language"
    missing, foreign = _minus(expected, parallel), _minus(parallel, expected)
    if len(missing):
        problems.append(
            Problem("ids", PARALLEL, f"lacks {len(missing)} ids that {of_which} has: {_shown(missing)}")
        )
    if len(foreign):
        message = f"has {len(foreign)} ids that are not in {of_which}: {_shown(foreign)}"
        problems.append(Problem("ids", PARALLEL, message))
    return problems


def _check_nulls(language: str, parallel: Any, filled: Any, ids: Any) -> list[Problem]:
    """In `parallel`, a language is filled in exactly where its own config has the row."""
    invented = _minus(filled, ids)
    if len(invented):
        message = f"has {language} for {len(invented)} ids that {language} lacks: {_shown(invented)}"
        return [Problem("ids", PARALLEL, message)]
    lost = _minus(_minus(ids, _minus(ids, parallel)), filled)
    if len(lost):
        message = f"is empty in {language} for {len(lost)} ids that {language} has: {_shown(lost)}"
        return [Problem("ids", PARALLEL, message)]
    return []


def count_problems(manifest: Manifest, rows: Mapping[str, int], incomplete: Set[str]) -> list[Problem]:
    """Check that the counts of the manifest add up and agree with the rows found.

    Args:
        manifest: what was promised.
        rows: rows found in each config.
        incomplete: configs whose rows could not all be counted.
    """
    problems = []
    for code, entry in manifest.languages.items():
        if entry.rows_in != entry.kept + entry.dropped:
            message = f"{entry.rows_in} rows in are not {entry.kept} kept + {entry.dropped} dropped"
            problems.append(Problem("count", code, message))
        if code not in incomplete and rows.get(code) != entry.kept:
            problems.append(Problem("count", code, f"should have {entry.kept} rows, has {rows.get(code)}"))
        reasons = entry.reasons.values()
        if sum(reasons) < entry.dropped or any(count > entry.dropped for count in reasons):
            problems.append(
                Problem("count", code, f"{entry.dropped} dropped rows do not agree with their reasons")
            )
    parallel = None if PARALLEL in incomplete else manifest.parallel
    if parallel is not None and rows.get(PARALLEL) != parallel.rows:
        message = f"should have {parallel.rows} rows, has {rows.get(PARALLEL)}"
        problems.append(Problem("count", PARALLEL, message))
    return problems


def front_matter(card: str) -> JsonObject | None:
    """Metadata at the top of a card; None if there is none or it is not a YAML mapping."""
    import yaml

    match = _FRONT_MATTER.match(card)
    if match is None:
        return None
    try:
        data = yaml.safe_load(match.group(1))
    except yaml.YAMLError:
        return None
    return data if isinstance(data, dict) else None


def card_problems(card: str, manifest: Manifest) -> list[Problem]:
    """Check that a card declares every config with its files, and this corpus's licence."""
    data = front_matter(card)
    if data is None:
        return [Problem("card", "README.md", "has no metadata at its top")]
    problems = []
    declared = {
        config.get("config_name"): [item.get("path") for item in config.get("data_files") or ()]
        for config in data.get("configs") or ()
    }
    for config, files in manifest.configs.items():
        if declared.get(config) != [data_pattern(files)]:
            problems.append(Problem("card", "README.md", f"does not declare the files of config {config}"))
    licence = license_metadata(manifest.license)
    if {key: data.get(key) for key in licence} != licence:
        problems.append(Problem("card", "README.md", f"does not name the licence {manifest.license}"))
    return problems
