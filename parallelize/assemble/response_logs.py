"""Find the files of a log of responses, and open them as `build` does, whatever compression and encoding.

A log is rows (JSONL, JSON, CSV, TSV, Parquet), or a log of inspect: one JSON object, or a `.eval` archive.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path
from typing import Any, Final

from parallelize.core.errors import InputError
from parallelize.core.languages import LANGUAGES
from parallelize.core.places import user_path
from parallelize.core.trees import JsonObject, Tree
from parallelize.evaluation.response_documents import rows_in
from parallelize.evaluation.response_values import code_in, look_up
from parallelize.evaluation.responses import NAMES
from parallelize.stages.ingest.files import DataFile, Dialect, decoded_document
from parallelize.stages.ingest.locate import find_files
from parallelize.stages.ingest.readers import open_rows
from parallelize.stages.ingest.spec import NoteKind, SourceFormat, SourceSpec
from parallelize.stages.ingest.streams import COMPRESSED, open_bytes

__all__ = ["LogPlace", "OpenLog", "open_log", "places_of"]

_PLACE: Final = "{lang}"
_MOST_MEMBER_BYTES: Final = 1 << 30
_PREFERRED: Final = ("responses.jsonl", "samples_*.jsonl", "details_*.parquet", "*.eval")
"""What of a folder is read, where it holds any of one kind: results and summaries lie beside."""
_ENDINGS: Final = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet", ".eval")
_DATED: Final = re.compile(r"[_-]?\d{4}-\d{2}-\d{2}T[\d:.+-]+|^samples_|^details_")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPlace:
    """One file, and what its name says."""

    path: Path
    language: str | None = None
    """What stood for `{lang}`."""


# ------------------------------------------------------------------ which files


def places_of(pattern: str) -> list[LogPlace]:
    if _PLACE in pattern:
        return _by_language(pattern)
    path = user_path(pattern)
    if path.is_dir():
        return [LogPlace(path=file) for file in _in_folder(path)]
    if has_magic(pattern) and not path.exists():
        found = sorted(Path(name) for name in glob(str(path), recursive=True))  # noqa: PTH207 - absolute patterns
        files = [file for file in found if file.is_file()]
        if not files:
            raise InputError(
                f"no file matches {pattern}", remedy="** also goes into folders; quote the pattern"
            )
        return [LogPlace(path=file) for file in files]
    return [LogPlace(path=path)]


def _by_language(pattern: str) -> list[LogPlace]:
    head, _, tail = pattern.partition(_PLACE)
    found = []
    for name in sorted(glob(f"{head}*{tail.replace(_PLACE, '*')}", recursive=True)):  # noqa: PTH207
        code = re.split(r"[^\w-]", name[len(head) :])[0]
        code = next((code[:end] for end in range(len(code), 0, -1) if code[:end] in LANGUAGES), "")
        if code and name == f"{head}{code}{tail.replace(_PLACE, code)}":
            found.append(LogPlace(path=Path(name), language=code))
    if not found:
        raise InputError(
            f"no file matches {pattern} with a language in place of {_PLACE}",
            remedy="`parallelize languages` lists the codes that can stand there",
        )
    return found


def _in_folder(folder: Path) -> list[Path]:
    for pattern in _PREFERRED:
        found = sorted(path for path in folder.rglob(pattern) if path.is_file())
        if found:
            return found
    inside = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    found = [path for path in inside if _ending(path) in _ENDINGS]
    if not found:
        raise InputError(
            f"{folder} holds no file of responses", remedy=f"known endings are {', '.join(_ENDINGS)}"
        )
    return found


def _ending(path: Path) -> str:
    """File ending without the compression's: `.jsonl` for `a.jsonl.gz`."""
    path = path.with_name(path.name.removesuffix(".out"))
    packed = path.suffix.lower() in COMPRESSED
    return (path.with_suffix("") if packed else path).suffix.lower()


# ------------------------------------------------------------------ rows of a file


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLog:
    """Rows of a file with their numbers, and what the file says about all of them."""

    rows: Iterator[tuple[int, Tree]]
    common: Tree
    """Roles of every row (model, source, language), where rows have none."""


def _ignore(_kind: NoteKind, _number: int, _column: str) -> None:
    """Odd numbers and lone surrogates are nothing that scoring depends on."""


@contextmanager
def open_log(path: Path) -> Iterator[OpenLog]:
    if path.suffix.lower() == ".eval":
        with _archive(path) as archive:
            yield archive
        return
    document = _document(path) if _ending(path) == ".json" else None
    if document is not None:
        yield document
        return
    with open_rows(_data_file(path), Dialect(), _ignore) as opened:
        rows = (row for _, row in opened.rows)
        yield OpenLog(rows=enumerate(rows, 1), common=_file_facts(path))


def _data_file(path: Path) -> DataFile:
    found = find_files(SourceSpec(path_or_id=str(path)))
    if found is None:
        raise InputError(f"{path} does not exist", remedy="check the path")
    return found.files[0]


def _file_facts(path: Path) -> JsonObject:
    """What the names of a file and its folder say, where a harness gave them."""
    if not _DATED.search(path.name):
        named = _ending_code(path)
        note = f"{path.name}: no row says its language; the file's name does: {named}"
        return {"language": named, "_note": note} if named else {}
    task = _DATED.sub("", path.name.partition(".json")[0].partition(".parquet")[0])
    facts: JsonObject = {"source": task, "language": code_in(task)}
    folders = [folder for folder in path.parts[-4:-1] if "__" in folder]
    return facts | ({"model": folders[-1].replace("__", "/")} if folders else {})


def _ending_code(path: Path) -> str | None:
    """The language code that a name is or ends in: `de.json`, `mgsm_de.jsonl.gz`."""
    last = re.split(r"[^A-Za-z-]+", path.name.partition(".")[0])[-1]
    return last if last in LANGUAGES else None


def _document(path: Path) -> OpenLog | None:
    """A `.json` file that is one object with rows somewhere inside (`response_documents`).

    None for an array, one object a line, or one row.
    """
    file = DataFile(path=path, shown=str(path), relative=path.name, format=SourceFormat.JSON)
    if not path.is_file():
        return None
    with open_bytes(path, str(path)) as (stream, _):
        first = stream.readline(1 << 16).lstrip(b"\xef\xbb\xbf \t\r\n")
        if first[:1] != b"{":
            return None
        data = first + stream.read(1 << 16 if first.rstrip().endswith(b"}") else -1)
        if first.rstrip().endswith(b"}") and data[len(first) :].strip():
            return None
    log = _parsed(decoded_document(data, file), str(path))
    rows = rows_in(log)
    if rows is None and first.rstrip().endswith(b"}"):
        return None
    if rows is None:
        raise InputError(
            f"{path} holds one JSON object in which no response is found",
            remedy="write the rows as a JSON array [{…}, …], or one object a line in a .jsonl file",
        )
    return OpenLog(rows=enumerate(rows, 1), common=_document_facts(log, path))


def _document_facts(log: Tree, path: Path) -> JsonObject:
    """What a document says about all of its rows: inspect's header, a model's name."""
    if isinstance(look_up(log, "eval"), Mapping):
        return _inspect_facts(log)
    named = [name for key in NAMES["model"] if isinstance(name := look_up(log, key), str)]
    return _file_facts(path) | ({"model": named[0]} if named else {})


def _parsed(text: str, shown: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{shown}, line {error.lineno}: not JSON: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise InputError(f"{shown}: JSON is nested too deeply, or a number is too long") from error


def _inspect_facts(log: Tree) -> JsonObject:
    task = str(look_up(log, "eval.task") or "")
    paths = [f"eval.{place}.{key}" for place in ("task_args", "metadata") for key in NAMES["language"]]
    asked = [look_up(log, path) for path in paths]
    return {
        "model": look_up(log, "eval.model"),
        "source": task,
        "language": next(filter(None, asked), None) or code_in(task),
    }  # fmt: skip


@contextmanager
def _archive(path: Path) -> Iterator[OpenLog]:
    """A log of inspect as it is written: a zip archive with a header and one file a sample."""
    try:
        archive = zipfile.ZipFile(path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}", remedy="check the path") from error
    except zipfile.BadZipFile as error:
        raise InputError(f"{path} is no log of inspect: {error}", remedy="write it again") from error
    with archive:
        names = archive.namelist()
        header = next((name for name in ("header.json", "_journal/start.json") if name in names), None)
        facts = _inspect_facts(_member(archive, header, path)) if header else {}
        samples = sorted(
            (name for name in names if name.startswith("samples/") and name.endswith(".json")), key=_natural
        )
        if not samples:
            raise InputError(f"{path} holds no samples", remedy="is it a log of inspect that was finished?")
        rows = ((number, _member(archive, name, path)) for number, name in enumerate(samples, 1))
        yield OpenLog(rows=rows, common=facts)


def _natural(name: str) -> list[Any]:
    return [(int(piece), "") if piece.isdecimal() else (0, piece) for piece in re.split(r"(\d{1,18})", name)]


def _member(archive: zipfile.ZipFile, name: str, path: Path) -> Any:
    if archive.getinfo(name).file_size > _MOST_MEMBER_BYTES:
        raise InputError(f"{path}: {name} is larger than a gibibyte unpacked")
    try:
        return _parsed(archive.read(name).decode("utf-8"), f"{path}: {name}")
    except (zipfile.BadZipFile, UnicodeDecodeError, OSError, EOFError, zlib.error, RuntimeError) as error:
        # RuntimeError: it has a password, or was packed in a way that is unknown here.
        raise InputError(f"{path}: {name} is damaged: {error}", remedy="fetch the log again") from error
