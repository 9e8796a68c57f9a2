"""The dataset card: facts of this corpus from its manifest and summary, never from its source's card."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from parallelize.core.errors import InputError
from parallelize.core.licenses import license_metadata
from parallelize.core.shipped import shipped_file
from parallelize.core.trees import JsonObject
from parallelize.report.facts import corpus_facts, corpus_sentence
from parallelize.report.templates import check, render
from parallelize.store.corpus_sample import CorpusSample
from parallelize.store.manifest import Manifest, data_pattern
from parallelize.store.summary import Summary

__all__ = [
    "check_template",
    "citation_file",
    "dataset_metadata",
    "render_dataset_card",
    "render_evaluation_card",
]

_SIZES = ((10**exponent, label) for exponent, label in ((3, "n<1K"), (4, "1K<n<10K"), (5, "10K<n<100K")))
_SIZE_CATEGORIES = (
    *_SIZES,
    *((10**6, "100K<n<1M"), (10**7, "1M<n<10M"), (10**8, "10M<n<100M"), (10**9, "100M<n<1B")),
)


def render_dataset_card(
    manifest: Manifest,
    summary: Summary | None = None,
    *,
    sample: CorpusSample | None = None,
    template: Path | None = None,
) -> str:
    """Return the text of a corpus's `README.md`.

    Args:
        manifest: of the corpus; its `card_sha256` may still be absent.
        summary: of the same run; without it the card has no distributions.
        sample: columns and first row, for the table of fields and the example.
        template: the user's own Jinja template for the text; the metadata is always written here.

    Raises:
        InputError: the template is malformed.
    """
    source = template if template is not None else shipped_file("cards/dataset.md.jinja")
    facts = corpus_facts(manifest, summary, sample=sample)
    named = {field.name: getattr(facts, field.name) for field in fields(facts)}
    return _front_matter(dataset_metadata(manifest)) + render(_text(source), named, where=source.name)


def render_evaluation_card(results: Mapping[str, Any]) -> str:
    """Return a Markdown page of evaluation results.

    Args:
        results: `name`; `model` (`id`, `revision`); `created_with` (package → version); `settings` (name →
            value); `benchmarks`: a list of `name`, `dataset`, `revision` and `rows`, each row with `language`
            and the rates `accuracy`, `off_target`, `strict_accuracy` in the form of `Rate.as_dict`, or None.
    """
    source = shipped_file("cards/evaluation.md.jinja")
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
    return f"---\n{_yaml(metadata)}---\n\n"


def _yaml(value: Mapping[str, Any]) -> str:
    import yaml

    return str(yaml.safe_dump(dict(value), sort_keys=False, allow_unicode=True, width=100))


def dataset_metadata(manifest: Manifest) -> JsonObject:
    """Return the card's metadata: what the Hub indexes, and the configs that `load_dataset` reads.

    The keys and their values follow the Hub's documented card metadata.
    """
    rows = sum(entry.kept for entry in manifest.languages.values())
    languages = [manifest.source.language, *manifest.languages]
    return {
        "pretty_name": manifest.name,
        "language": _language_tags(languages),
        **license_metadata(manifest.license),
        "multilinguality": ["translation"],
        "language_creators": ["machine-generated"],
        "source_datasets": [_extended(manifest)],
        "task_categories": ["text-generation", "translation"],
        "size_categories": [next((label for limit, label in _SIZE_CATEGORIES if rows < limit), "n>1T")],
        "tags": ["parallel-corpus", "reasoning", "synthetic", "parallelize"],
        "configs": [
            {"config_name": config, "data_files": [{"split": "train", "path": data_pattern(files)}]}
            for config, files in manifest.configs.items()
        ],
        "dataset_info": [_config_info(manifest, config) for config in manifest.configs],
    }


def _config_info(manifest: Manifest, config: str) -> JsonObject:
    """Rows and bytes of a config; `load_dataset` refuses files that hold another number of rows."""
    files = [manifest.files[name] for name in manifest.configs[config]]
    return {
        "config_name": config,
        "splits": [{"name": "train", "num_examples": sum(file.rows or 0 for file in files)}],
        "download_size": sum(file.bytes for file in files),
    }


def _extended(manifest: Manifest) -> str:
    """The Hub's word for a dataset made of another: with its id, where it is on the Hub."""
    source = manifest.source
    known = source.kind == "hub" and re.fullmatch(r"[A-Za-z0-9][\w.\-]*/[A-Za-z0-9][\w.\-]*", source.name)
    return f"extended|{source.name}" if known else "extended"


def citation_file(manifest: Manifest) -> str:
    """Text of `CITATION.cff` (version 1.2.0): what to cite for the corpus, and the dataset it was made of."""
    source = manifest.source
    facts: dict[str, JsonValue] = {
        "cff-version": "1.2.0",
        "message": "If you use this corpus, cite it and the dataset that it was translated from.",
        "type": "dataset",
        "title": manifest.name,
        "abstract": corpus_sentence(manifest),
        "authors": [{"name": f"Contributors of {manifest.name}"}],
        "identifiers": [
            {"type": "other", "value": manifest.fingerprint, "description": "fingerprint of the recipe"}
        ],
        "references": [
            {
                "type": "dataset",
                "title": source.name,
                "authors": [{"name": f"Authors of {source.name}"}],
                **({"version": source.revision} if source.revision else {}),
                **({"url": f"https://huggingface.co/datasets/{source.name}"} if source.kind == "hub" else {}),
            }
        ],
    }
    return _yaml(facts)


def _language_tags(codes: Iterable[str]) -> list[str]:
    """Codes as the Hub takes them: two or three letters, without script or region, each once."""
    short = [code.partition("-")[0].lower() for code in codes]
    return list(dict.fromkeys(code for code in short if re.fullmatch(r"[a-z]{2,3}", code)))
