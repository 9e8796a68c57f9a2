"""The dataset card: facts of this corpus from its manifest and summary, never from its source's card."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from parallelize.core.errors import InputError
from parallelize.core.licenses import license_metadata
from parallelize.core.shipped import shipped_file
from parallelize.report.facts import corpus_facts
from parallelize.report.templates import check, render
from parallelize.store.manifest import Manifest, data_pattern
from parallelize.store.summary import Summary

__all__ = ["check_template", "dataset_metadata", "render_dataset_card", "render_evaluation_card"]

_SIZES = ((10**exponent, label) for exponent, label in ((3, "n<1K"), (4, "1K<n<10K"), (5, "10K<n<100K")))
_SIZE_CATEGORIES = (
    *_SIZES,
    *((10**6, "100K<n<1M"), (10**7, "1M<n<10M"), (10**8, "10M<n<100M"), (10**9, "100M<n<1B")),
)


def render_dataset_card(
    manifest: Manifest,
    summary: Summary | None = None,
    *,
    repo: str | None = None,
    template: Path | None = None,
) -> str:
    """Return the text of a corpus's `README.md`.

    Args:
        manifest: of the corpus; its `card_sha256` may still be absent.
        summary: of the same run; without it the card has no distributions.
        repo: `organization/name` if it is known already; it appears in the loading example.
        template: the user's own Jinja template for the text; the metadata is always written here.

    Raises:
        InputError: the template is malformed.
    """
    source = template if template is not None else shipped_file("cards/dataset.md.jinja")
    facts = corpus_facts(manifest, summary, repo=repo)
    named = {field.name: getattr(facts, field.name) for field in fields(facts)}
    return _front_matter(dataset_metadata(manifest)) + render(_text(source), named, where=source.name)


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
    languages = [manifest.source.language, *manifest.languages]
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
