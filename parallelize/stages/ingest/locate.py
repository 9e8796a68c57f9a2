"""Finding the files that a source means: one file, a folder, a glob; or a Hub dataset id."""

from __future__ import annotations

import codecs
import difflib
import glob
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from parallelize.core.errors import InputError
from parallelize.core.messages import first_few
from parallelize.core.places import user_path
from parallelize.stages.ingest.files import DataFile, utf16_of
from parallelize.stages.ingest.json_rows import held_rows
from parallelize.stages.ingest.spec import SourceFormat, SourceSpec
from parallelize.stages.ingest.streams import COMPRESSED, open_bytes, refuse_packed

__all__ = ["FoundFiles", "find_files"]

_FORMATS = {
    ".jsonl": SourceFormat.JSONL,
    ".ndjson": SourceFormat.JSONL,
    ".json": SourceFormat.JSON,
    ".csv": SourceFormat.CSV,
    ".tsv": SourceFormat.TSV,
    ".parquet": SourceFormat.PARQUET,
}
_KNOWN = "jsonl, ndjson, json, csv, tsv (each also .gz, .zst, .xz or .bz2), parquet"
_ABOUT_DATASETS = {"dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json"}
"""Files that the `datasets` package writes beside data."""
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_SNIFF_BYTES = 1 << 16
_SHARD = re.compile(r"-\d{5}-of-\d{5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFiles:
    """Files of a source, in the order in which they are read."""

    name: str
    """The file's or folder's own name, without its place and extensions."""
    files: tuple[DataFile, ...]
    split: str | None = None
    """The split that they are, where the folder has several."""
    left: tuple[str, ...] = ()
    """Splits of the folder that are not read."""


def find_files(spec: SourceSpec) -> FoundFiles | None:
    """Find the files of a source, sorted by path.

    Returns:
        The files, or `None` if nothing of that name exists and it is written like a dataset id (`org/name`).

    Raises:
        InputError: nothing is there, the extension is unknown, or a folder mixes formats.
    """
    text = spec.path_or_id
    if not text.strip():
        raise InputError("the source is empty", remedy="name a file, a folder, a glob or a Hub dataset")
    path = spec.files or user_path(text)
    try:
        return _find(path, text, spec)
    except OSError as error:
        raise InputError(
            f"{text} cannot be looked at: {error.strerror or error}",
            remedy="check the path and its permissions",
        ) from error


def _find(path: Path, text: str, spec: SourceSpec) -> FoundFiles | None:
    if path.is_file():
        name, _ = _split_name(path.name)
        return FoundFiles(name=name, files=(_data_file(path, text, path.name, spec.format),))
    if path.is_dir():
        return _one_split(path.resolve().name, _in_folder(path, text, spec), text, spec)
    if path.is_symlink() and not path.exists():
        raise InputError(
            f"{text} is a link to {path.readlink()}, which does not exist", remedy="correct the link"
        )
    if path.exists():
        raise InputError(
            f"{text} is neither a file nor a folder", remedy="write what it gives to a .jsonl file first"
        )
    if glob.has_magic(text):
        return _one_split(_glob_root(path).resolve().name, _in_glob(path, text, spec), text, spec)
    if _looks_like_dataset(text):
        return None
    raise _missing(path, text)


def _split_name(name: str) -> tuple[str, str]:
    """Stem and file type, compression aside: `train.jsonl.gz` → (`train`, `.jsonl`)."""
    path = Path(name.removesuffix(".out"))  # a batch of Bedrock: records.jsonl.out
    if path.suffix.lower() in COMPRESSED:
        path = path.with_suffix("")
    return path.stem, path.suffix.lower()


def _data_file(path: Path, shown: str, relative: str, override: SourceFormat | None) -> DataFile:
    _, extension = _split_name(path.name)
    found = override or _FORMATS.get(extension)
    if found is None:
        refuse_packed(path, shown)
        raise InputError(
            f"{shown}: the extension {path.suffix or '(none)'!r} is not known",
            remedy=f"known are {_KNOWN}; or say what it is with format = jsonl, json, csv, tsv or parquet",
        )
    if found is SourceFormat.PARQUET and path.suffix.lower() in COMPRESSED:
        raise InputError(f"{shown}: a compressed Parquet file", remedy=f"unpack it first ({path.suffix})")
    if found is SourceFormat.JSON and override is None and _holds_json_lines(path, shown):
        found = SourceFormat.JSONL
    return DataFile(path=path, shown=shown, relative=relative, format=found)


def _holds_json_lines(path: Path, shown: str) -> bool:
    """Whether a `.json` file has one object a line, as many published files do."""
    with open_bytes(path, shown) as (stream, _):
        head = stream.read(_SNIFF_BYTES)
        if len(head) == _SNIFF_BYTES and head.startswith(b'{"') and b"\n" not in head:
            line = head + stream.readline()
            return bool(stream.read(1)) or not _is_table(line)
    if (codec := utf16_of(head)) is not None:
        head = head.decode(codec, "ignore").encode()
    first, _, rest = head.removeprefix(codecs.BOM_UTF8).partition(b"\n")
    if len(head) < _SNIFF_BYTES and not rest.strip() and _is_table(first):
        return False
    if len(first) >= _SNIFF_BYTES - 4:
        return first.startswith(b'{"')
    return first.startswith(b"{") and first.rstrip().endswith(b"}")


def _is_table(line: bytes) -> bool:
    """Whether the only line of a file is an object that holds its rows, not a row."""
    try:
        return held_rows(orjson.loads(line)) is not None
    except orjson.JSONDecodeError:
        return False


def _in_folder(folder: Path, shown: str, spec: SourceSpec) -> tuple[DataFile, ...]:
    inside = [path for path in folder.rglob("*") if not _hidden(path.relative_to(folder))]
    if any(path.suffix == ".arrow" for path in inside):
        raise InputError(
            f"{shown} is a dataset saved by `save_to_disk` (.arrow files)",
            remedy="write it as Parquet first: datasets.load_from_disk(…).to_parquet('train.parquet')",
        )
    known = [path for path in inside if _is_data(path, spec.format)]
    if not known:
        raise InputError(f"{shown} holds no data files", remedy=f"known extensions are {_KNOWN}")
    prefix = Path(shown)
    return _files(((path, prefix / path.relative_to(folder)) for path in known), folder, shown, spec)


def _in_glob(path: Path, shown: str, spec: SourceSpec) -> tuple[DataFile, ...]:
    matched = [Path(item) for item in glob.glob(str(path), recursive=True)]  # noqa: PTH207 - Path.glob cannot take absolute patterns
    matched = [item for item in matched if item.is_file()]
    root = _glob_root(path)
    if not matched:
        raise InputError(
            f"no file matches {shown}", remedy=f"{root} holds {_listing(root)}; ** also goes into folders"
        )
    known = [item for item in matched if _is_data(item, spec.format)]
    # What only a pattern such as `data/*` took along is passed over; what it asks for by name is not.
    return _files(((item, item) for item in known or matched), root, shown, spec)


def _glob_root(path: Path) -> Path:
    root = Path(path.anchor) if path.anchor else Path()
    for part in path.parts[1 if path.anchor else 0 :]:
        if glob.has_magic(part):
            break
        root /= part
    return root


def _is_data(path: Path, override: SourceFormat | None) -> bool:
    if not path.is_file() or path.name in _ABOUT_DATASETS:
        return False
    return override is not None or _split_name(path.name)[1] in _FORMATS


def _hidden(relative: Path) -> bool:
    return any(part.startswith((".", "_")) for part in relative.parts)


def _files(
    found: Iterable[tuple[Path, Path]], root: Path, shown: str, spec: SourceSpec
) -> tuple[DataFile, ...]:
    files = [
        _data_file(path, str(name), path.relative_to(root).as_posix(), spec.format) for path, name in found
    ]
    files.sort(key=lambda file: file.relative)
    if spec.split is not None:
        files = _of_split(files, spec.split, shown)
    _refuse_mixture(files, shown)
    return tuple(files)


def _of_split(files: Sequence[DataFile], split: str, shown: str) -> list[DataFile]:
    word = re.compile(rf"(^|[/._-]){re.escape(split)}($|[/._-])")
    chosen = [file for file in files if word.search(file.relative)]
    if not chosen:
        names = ", ".join(file.relative for file in files[:8])
        raise InputError(f"{shown} has no file of the split {split!r}", remedy=f"its files are {names}")
    return chosen


_SPLIT = re.compile(
    r"(?:^|[/._-])(train|training|validation|valid|val|dev|test|testing|eval|evaluation)(?=$|[/._-])",
    re.IGNORECASE,
)
_SAME_SPLIT = {"training": "train", "valid": "validation", "val": "validation", "dev": "validation",
               "testing": "test", "eval": "test", "evaluation": "test"}  # fmt: skip


def _one_split(name: str, files: tuple[DataFile, ...], shown: str, spec: SourceSpec) -> FoundFiles:
    """Splits are never mixed: of a folder that has several, the training split is read, and it is said."""
    splits: dict[str, list[DataFile]] = {}
    for file in files:
        found = _SPLIT.findall(_SHARD.sub("", file.relative))
        word = found[-1].lower() if found else ""
        splits.setdefault(_SAME_SPLIT.get(word, word), []).append(file)
    if spec.split is not None or len(splits) < 2 or "" in splits:
        return FoundFiles(name=name, files=files)
    if "train" not in splits:
        raise InputError(
            f"{shown} has the splits {', '.join(sorted(splits))} and no training split",
            remedy=f"say which one is meant: --split {min(splits)}",
        )
    others = tuple(sorted(set(splits) - {"train"}))
    return FoundFiles(name=name, files=tuple(splits["train"]), split="train", left=others)


def _refuse_mixture(files: Sequence[DataFile], shown: str) -> None:
    formats = {SourceFormat.JSONL if file.format is SourceFormat.JSON else file.format for file in files}
    if len(formats) > 1:
        examples = {file.format.value: file.relative for file in reversed(files)}
        listed = ", ".join(f"{name} ({path})" for name, path in sorted(examples.items()))
        corpus = any(
            file.relative == "corpus/manifest.json" or file.path.parent.name == "corpus" for file in files
        )
        raise InputError(
            f"{shown} mixes formats: {listed}",
            remedy=f"it is a run: name its corpus, {shown}/corpus/LANGUAGE"
            if corpus
            else "name the files that belong together, as in data/*.jsonl",
        )


def _looks_like_dataset(text: str) -> bool:
    extension = _split_name(text)[1]
    return _HUB_ID.fullmatch(text) is not None and extension not in _FORMATS


def _missing(path: Path, shown: str) -> InputError:
    parent = path.parent
    if not parent.is_dir():
        while not parent.is_dir():
            parent, lost = parent.parent, parent
        return InputError(
            f"{shown} does not exist: there is no folder {lost}", remedy=f"{parent} holds {_listing(parent)}"
        )
    names = sorted(item.name for item in parent.iterdir())
    near = difflib.get_close_matches(path.name, names, n=3, cutoff=0.6)
    if near:
        remedy = f"did you mean {', '.join(str(parent / name) for name in near)}?"
    else:
        remedy = f"the folder holds {_listing(parent)}; a Hub dataset is written org/name"
    return InputError(f"{shown} does not exist", remedy=remedy)


def _listing(folder: Path) -> str:
    if not folder.is_dir():
        return "nothing (there is no such folder)"
    names = sorted(item.name for item in folder.iterdir() if not item.name.startswith("."))
    return first_few(names, 6) or "nothing"
