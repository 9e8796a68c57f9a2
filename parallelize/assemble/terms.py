"""The story of `terms`: a glossary proposed from a corpus, one translation a term, for a person to edit."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from parallelize.assemble.open_session import OpenSession, working
from parallelize.assemble.session import Session
from parallelize.assemble.sources import source_records
from parallelize.assemble.watching import BuildWatcher
from parallelize.core.errors import InputError
from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import language
from parallelize.core.ports import FinishReason, TranslationRequest
from parallelize.core.provenance import Task
from parallelize.core.recipe import Recipe
from parallelize.stages.terms import FoundTerm, find_terms
from parallelize.store.run import RunDirectory

__all__ = ["ProposedTerms", "glossary_text", "propose_terms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedTerms:
    """Terms of a corpus with a translation each."""

    terms: Sequence[FoundTerm]
    rows: int
    """Rows that were looked at."""
    translations: Mapping[str, Mapping[str, str]]
    """By language: term → translation, without terms that the engine could not translate."""
    engines: Mapping[str, str]
    """By language: what translated them."""


def propose_terms(recipe: Recipe, watcher: BuildWatcher, *, most: int, least_rows: int) -> ProposedTerms:
    """Find the terms of a source, and ask the engine for a translation of each.

    Args:
        most: terms at most.
        least_rows: rows that a term must occur in.

    Raises:
        InputError: the source cannot be read, writes no spaces between words, or has no such term.
        EnvironmentFault: an engine is missing or failed.
    """
    spoken = language(recipe.source.language)
    if not spoken.spaced:
        raise InputError(
            f"{spoken.name} writes no spaces between words, and terms are found as words",
            remedy="write the glossary by hand: docs/recipes.md",
        )
    with tempfile.TemporaryDirectory(prefix="parallelize-terms-") as folder:
        session = Session(recipe, RunDirectory(Path(folder)), watcher)
        engines = {state.code: state.built.engine.engine for state in session.languages}
        texts = [[part.text for part in record.to_translate()] for record in source_records(recipe)]
        terms = find_terms(texts, recipe.source.language, most=most, least_rows=least_rows)
        if not terms:
            raise InputError(
                f"no term occurs in {least_rows} of the {len(texts)} rows", remedy="lower --least-rows"
            )
        translations = asyncio.run(_translated(session, [term.text for term in terms]))
    return ProposedTerms(terms=terms, rows=len(texts), translations=translations, engines=engines)


async def _translated(session: Session, terms: Sequence[str]) -> dict[str, dict[str, str]]:
    async with working(session) as opened:
        codes = [state.code for state in session.languages]
        found = await asyncio.gather(*(_into(opened, code, terms) for code in codes))
    return dict(zip(codes, found, strict=True))


async def _into(opened: OpenSession, code: str, terms: Sequence[str]) -> dict[str, str]:
    translator = opened.plan(code).forward
    languages = LanguagePair(opened.session.recipe.source.language, code)
    requests = [
        TranslationRequest.addressed(
            translator.fingerprint, task=Task.TRANSLATE, languages=languages, text=term, attempt="term"
        )
        for term in terms
    ]
    replies = await asyncio.gather(*(translator.ask(request) for request in requests))
    return {
        term: _cleaned(reply.text)
        for term, reply in zip(terms, replies, strict=True)
        if reply.finish is FinishReason.STOP and _cleaned(reply.text)
    }


def _cleaned(text: str) -> str:
    """A translation as it stands within a sentence: one line, no full stop at its end."""
    return " ".join(text.split()).strip(" .。।،")


def glossary_text(found: ProposedTerms) -> str:
    """The file for a person to edit; `--glossary` reads it."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: ProposedTerms) -> Iterator[str]:
    yield f"# Terms proposed from {found.rows} rows: the number after each is the rows that it occurs in."
    yield "# A PERSON MUST EDIT THIS: an engine translated each term without its sentence. Remove what is no"
    yield "# term, mend what is wrong, and give every form that is right, the first for models to use:"
    yield '# "apple" = ["Apfel", "Äpfel"]. A build drops rows that have none of the forms of a term.'
    for code, translations in found.translations.items():
        yield ""
        yield f"[{code}]  # {language(code).name}, proposed by {found.engines[code]}"
        for term in found.terms:
            if term.text in translations:
                yield f"{_quoted(term.text)} = {_quoted(translations[term.text])}  # {term.rows}"


def _quoted(text: str) -> str:
    """A basic string of TOML: printable as it is, everything else by its number."""
    shown = (
        f"\\{character}"
        if character in '"\\'
        else character
        if character.isprintable()
        else f"\\U{ord(character):08X}"
        for character in text
    )
    return f'"{"".join(shown)}"'
