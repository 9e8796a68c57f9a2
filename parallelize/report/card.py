"""The dataset card: facts of this corpus from its manifest and summary, never from its source's card."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from parallelize.core.errors import InputError
from parallelize.core.languages import known_language
from parallelize.core.licenses import license_metadata
from parallelize.core.measures import HEADLINES, MEASURES, Direction
from parallelize.core.shipped import shipped_file
from parallelize.report.templates import check, render, to_toml
from parallelize.store.manifest import PARALLEL, Manifest, data_pattern, parse_manifest

__all__ = [
    "check_template",
    "dataset_facts",
    "dataset_metadata",
    "render_dataset_card",
    "render_evaluation_card",
]

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.\-]*/[A-Za-z0-9][\w.\-]*")
_LOCAL_PATH = re.compile(r"^(?:[/~\\]|[A-Za-z]:[\\/]|\.\.?/)")
_SIZES = ((10**exponent, label) for exponent, label in ((3, "n<1K"), (4, "1K<n<10K"), (5, "10K<n<100K")))
_SIZE_CATEGORIES = (
    *_SIZES,
    *((10**6, "100K<n<1M"), (10**7, "1M<n<10M"), (10**8, "10M<n<100M"), (10**9, "100M<n<1B")),
)
_FILES_SHOWN = 10
_HIGH_DROP = 0.2
"""Share of dropped rows from which the card warns that the rows left may differ from the source."""


def render_dataset_card(
    manifest: bytes,
    summary: Mapping[str, Any] | None = None,
    *,
    repo: str | None = None,
    template: Path | None = None,
) -> str:
    """Return the text of a corpus's `README.md`.

    Args:
        manifest: bytes of `manifest.json`; its `card_sha256` may still be absent.
        summary: contents of `summary.json`: per language `scores` with `p05`, `p50`, `p95` by measure.
        repo: `organization/name` if it is known already; it appears in the loading example.
        template: the user's own Jinja template for the text; the metadata is always written here.

    Raises:
        InputError: the manifest or the template is malformed.
    """
    read = parse_manifest(manifest)
    source = template if template is not None else shipped_file("cards/dataset.md.jinja")
    facts = dataset_facts(read, summary or {}, repo=repo)
    return _front_matter(dataset_metadata(read)) + render(_text(source), facts, where=source.name)


def render_evaluation_card(results: Mapping[str, Any], *, template: Path | None = None) -> str:
    """Return a Markdown page of evaluation results.

    Args:
        results: `name`; `model` (`id`, `revision`); `created_with` (package → version); `settings` (name →
            value); `benchmarks`: a list of `name`, `dataset`, `revision` and `rows`, each row with `language`
            and the rates `accuracy`, `off_target`, `strict_accuracy` in the form of `Rate.as_dict`, or None.
        template: the user's own Jinja template.

    Raises:
        InputError: the template is malformed or needs a value that the results lack.
    """
    source = template if template is not None else shipped_file("cards/evaluation.md.jinja")
    codes = {row.get("language") for bench in results.get("benchmarks", ()) for row in bench.get("rows", ())}
    metadata = {
        "tags": ["evaluation", "multilingual", "reasoning", "parallelize"],
        "language": _language_tags(sorted(code for code in codes if isinstance(code, str))),
    }
    return _front_matter(metadata) + render(_text(source), results, where=source.name)


def check_template(path: Path) -> None:
    """See that a card template can be read and parsed.

    Raises:
        InputError: it cannot.
    """
    check(_text(path), where=path.name)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the card template {path} cannot be read: {error}") from error


def _front_matter(metadata: Mapping[str, Any]) -> str:
    import yaml

    dumped = yaml.safe_dump(dict(metadata), sort_keys=False, allow_unicode=True, width=100)
    return f"---\n{dumped}---\n\n"


def dataset_metadata(manifest: Manifest) -> dict[str, Any]:
    """Return the card's metadata: what the Hub indexes, and the configs that `load_dataset` reads.

    The keys and their values follow the Hub's documented card metadata.
    """
    rows = sum(entry.kept for entry in manifest.languages.values())
    languages = [_source_language(manifest), *manifest.languages]
    return {
        "pretty_name": manifest.name,
        "language": _language_tags(languages),
        **license_metadata(manifest.license),
        "multilinguality": ["translation"],
        "language_creators": ["machine-generated"],
        "source_datasets": ["extended"],
        "task_categories": ["text-generation", "translation"],
        "size_categories": [next((label for limit, label in _SIZE_CATEGORIES if rows < limit), "n>1T")],
        "tags": ["parallel-corpus", "reasoning", "synthetic", "parallelize"],
        "configs": [
            {"config_name": config, "data_files": [{"split": "train", "path": data_pattern(files)}]}
            for config, files in manifest.configs.items()
        ],
    }


def _language_tags(codes: Iterable[str]) -> list[str]:
    """Codes as the Hub takes them: two or three letters, without script or region, each once."""
    short = [code.partition("-")[0].lower() for code in codes]
    return list(dict.fromkeys(code for code in short if re.fullmatch(r"[a-z]{2,3}", code)))


def _section(value: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    found: Any = value
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def dataset_facts(manifest: Manifest, summary: Mapping[str, Any], *, repo: str | None) -> dict[str, Any]:
    """Return the values that `cards/dataset.md.jinja`, or a user's template, can name.

    Returns:
        `name`, `license`, `load`, `bytes`, `rows`, `source`, `languages`, `parallel`, `engines`, `gates`,
        `quality`, `limits`, `citation`, `reproduce`, `created_with`, `fingerprint`.
    """
    recipe = _without_local_paths(_section(manifest.raw, "recipe"))
    languages = [_language_facts(manifest, code) for code in manifest.languages]
    gates = _gates(manifest)
    return {
        "name": manifest.name,
        "license": manifest.license,
        "load": _load_example(manifest, repo),
        "bytes": manifest.bytes,
        "rows": sum(entry.kept for entry in manifest.languages.values()),
        "source": _source_facts(manifest),
        "languages": languages,
        "parallel": None
        if manifest.parallel is None
        else {
            "align": manifest.parallel.align,
            "rows": manifest.parallel.rows,
            "bytes": sum(manifest.files[path].bytes for path in manifest.parallel.files),
            "config": PARALLEL,
        },
        "engines": _engines(manifest),
        "gates": gates,
        "quality": _quality(summary),
        "limits": _limits(languages, gates, recipe),
        "citation": manifest.raw.get("citation") or _section(recipe, "corpus").get("citation"),
        "reproduce": _reproduce(manifest, recipe),
        "created_with": dict(_section(manifest.raw, "created_with")),
        "fingerprint": manifest.raw.get("fingerprint"),
    }


def _load_example(manifest: Manifest, repo: str | None) -> str:
    lines = ["from datasets import load_dataset", ""]
    for config in (*list(manifest.languages)[:1], *([PARALLEL] if manifest.parallel else [])):
        name = "pairs" if config == PARALLEL else "rows"
        lines.append(f'{name} = load_dataset("{repo or "ORGANIZATION/NAME"}", "{config}", split="train")')
    return "\n".join(lines)


def _source_facts(manifest: Manifest) -> dict[str, Any]:
    raw = _section(manifest.raw, "source")
    dataset = raw.get("dataset") or (raw.get("name") if raw.get("kind") == "hub" else None)
    name = str(dataset or raw.get("name") or raw.get("source") or raw.get("path") or "not named")
    hub_id = dataset is not None and bool(_HUB_ID.fullmatch(name))
    files = [item for item in raw.get("files") or () if isinstance(item, Mapping)]
    return {
        "name": name if hub_id else _last_part(name),
        "url": f"https://huggingface.co/datasets/{name}" if hub_id else None,
        "config": raw.get("config"),
        "split": raw.get("split"),
        "revision": raw.get("revision"),
        "license": raw.get("license"),
        "language": _source_language(manifest),
        "sha256": raw.get("sha256"),
        "files": [
            {"name": _last_part(str(i.get("path"))), "sha256": i.get("sha256")} for i in files[:_FILES_SHOWN]
        ],
        "more_files": max(0, len(files) - _FILES_SHOWN),
    }


def _source_language(manifest: Manifest) -> str:
    given = _section(manifest.raw, "source").get("language")
    return str(given or _section(manifest.raw, "recipe", "source").get("language") or "en")


def _last_part(path: str) -> str:
    """A local path without the folders of the machine it was on."""
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1] if _LOCAL_PATH.match(path) else path


def _without_local_paths(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_local_paths(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_local_paths(item) for item in value]
    return _last_part(value) if isinstance(value, str) and "\n" not in value else value


def _language_facts(manifest: Manifest, code: str) -> dict[str, Any]:
    entry = manifest.languages[code]
    known = known_language(code)
    return {
        "code": code,
        "name": known.name if known else code,
        "native_name": known.native_name if known else code,
        "rows_in": entry.rows_in,
        "kept": entry.kept,
        "dropped": entry.dropped,
        "drop_rate": entry.dropped / entry.rows_in if entry.rows_in else None,
        "reasons": dict(sorted(entry.reasons.items(), key=lambda item: (-item[1], item[0]))),
        "bytes": sum(manifest.files[path].bytes for path in entry.files),
        "files": len(entry.files),
    }


def _engines(manifest: Manifest) -> list[dict[str, Any]]:
    """Each different pair of engines once, with the languages it translated."""
    found: dict[str, dict[str, Any]] = {}
    for code, entry in manifest.languages.items():
        back = _section(manifest.raw, "languages", code, "back_translation_engine")
        facts = _engine_facts(entry.engine)
        facts += [(f"back-translation {name}", text) for name, text in _engine_facts(back)]
        if facts:
            found.setdefault(repr(facts), {"languages": [], "facts": facts})["languages"].append(code)
    return list(found.values())


def _engine_facts(engine: Mapping[str, Any]) -> list[tuple[str, str]]:
    first = {name: engine[name] for name in ("engine", "model", "revision") if name in engine}
    return _flat(_without_local_paths({**first, **engine}))


def _flat(value: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Nested facts as (dotted name, text), empty ones left out."""
    rows: list[tuple[str, str]] = []
    for key, item in value.items():
        if isinstance(item, Mapping):
            rows += _flat(item, f"{prefix}{key}.")
        elif item not in (None, "", [], ()):
            shown = ", ".join(map(str, item)) if isinstance(item, list | tuple) else str(item)
            rows.append((f"{prefix}{key}", shown))
    return rows


def _gates(manifest: Manifest) -> list[dict[str, Any]]:
    """Every measure with its thresholds, and the rows that its reason dropped in each language."""
    gates = []
    for name, measure in MEASURES.items():
        bounds = {
            code: entry.thresholds.get(name, measure.default) for code, entry in manifest.languages.items()
        }
        usual = Counter(bounds.values()).most_common(1)[0][0] if bounds else measure.default
        gates.append(
            {
                "measure": name,
                "reason": measure.reason.value,
                "meaning": measure.meaning,
                "keeps": "at most" if measure.direction is Direction.AT_MOST else "at least",
                "threshold": usual,
                "exceptions": {code: bound for code, bound in bounds.items() if bound != usual},
                "off_by_choice": sorted(
                    code for code, bound in bounds.items() if bound is None and measure.default is not None
                ),
                "dropped": {
                    code: entry.reasons.get(measure.reason.value, 0)
                    for code, entry in manifest.languages.items()
                },
            }
        )
    return gates


def _quality(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Distributions of the measures that have one, by language."""
    rows = []
    for code, item in _section(summary, "languages").items():
        scores = _section(item, "scores")
        for name in HEADLINES:
            spread = _section(scores, name)
            if spread.get("p50") is not None:
                rows.append(
                    {
                        "language": code,
                        "measure": name,
                        "meaning": MEASURES[name].meaning,
                        **{key: spread.get(key) for key in ("p05", "p50", "p95")},
                    }
                )
    return rows


def _limits(
    languages: list[dict[str, Any]], gates: list[dict[str, Any]], recipe: Mapping[str, Any]
) -> list[str]:
    """What a reader must know before using the corpus, as far as the facts show it."""
    limits = ["The texts were translated by a machine and checked by automatic measures, not read by people."]
    if _section(recipe, "back_translation").get("enabled") is False:
        limits.append(
            "Nothing was translated back, so a fluent text with another meaning would not be noticed."
        )
    high = [item["code"] for item in languages if (item["drop_rate"] or 0) >= _HIGH_DROP]
    if high:
        limits.append(
            f"In {', '.join(high)} at least a fifth of the rows was dropped; what is left is easier to "
            "translate than the source as a whole."
        )
    off = [
        f"{gate['measure']} ({', '.join(gate['off_by_choice'])})" for gate in gates if gate["off_by_choice"]
    ]
    if off:
        limits.append(f"These gates were switched off: {', '.join(off)}.")
    sizes = {item["kept"] for item in languages}
    if len(sizes) > 1:
        limits.append(
            "The languages do not hold the same rows; compare languages on the ids that they share, "
            "never by row position."
        )
    limits.append("Errors, biases and the licence terms of the source apply to the translations too.")
    return limits


def _reproduce(manifest: Manifest, recipe: Mapping[str, Any]) -> dict[str, str]:
    version = _section(manifest.raw, "created_with").get("parallelize")
    pinned = f"parallelize=={version}" if version else "parallelize"
    return {
        "install": f'pip install "{pinned}"',
        "build": f"parallelize build recipe.toml --langs {','.join(manifest.languages)}",
        "recipe": to_toml(recipe),
    }
