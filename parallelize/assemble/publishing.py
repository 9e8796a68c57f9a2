"""What stands at the end of a build and of judging: the corpus with its card, and the report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from parallelize.assemble.report import write_report
from parallelize.assemble.versions import package_versions
from parallelize.core.recipe import Recipe
from parallelize.pipeline.finishing import CorpusTexts, finish_corpus
from parallelize.pipeline.language_state import LanguageState
from parallelize.report.card import check_template, citation_file, render_dataset_card
from parallelize.store.corpus_sample import read_sample
from parallelize.store.manifest import Manifest
from parallelize.store.run import RunDirectory
from parallelize.store.summary import Summary

if TYPE_CHECKING:
    from parallelize.pipeline.recording import Recorded

__all__ = ["check_card", "finish", "write_report"]


def finish(
    run: RunDirectory, recipe: Recipe, recorded: Recorded, languages: Sequence[LanguageState]
) -> Summary:
    """Judge the rows of a run and write its corpus."""

    def card(manifest: Manifest, summary: Summary) -> str:
        sample = read_sample(run.corpus, manifest)
        return render_dataset_card(manifest, summary, sample=sample, template=_card_template(recipe))

    texts = CorpusTexts(card=card, citation=citation_file)
    return finish_corpus(run, recipe, recorded, languages, texts=texts, versions=package_versions())


def _card_template(recipe: Recipe) -> Path | None:
    """The user's own template of the card."""
    return Path(recipe.corpus.card) if recipe.corpus.card else None


def check_card(recipe: Recipe) -> None:
    """Look at the user's own template of the card now, not after hours of work.

    Raises:
        InputError: it is missing or no template.
    """
    if (template := _card_template(recipe)) is not None:
        check_template(template)
