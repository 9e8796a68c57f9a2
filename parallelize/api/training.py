"""`parallelize.export`: training files from a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from parallelize.api.corpora import BuiltRun
from parallelize.api.data import codes
from parallelize.core.errors import InputError
from parallelize.evaluation.instructions import instruction_for
from parallelize.hub.source import HubSource
from parallelize.stages.evaluation_sets import index_evaluation_set
from parallelize.stages.export import Repeat
from parallelize.stages.export_files import ExportOptions, export_corpus, ordered_languages
from parallelize.stages.export_formats import CONTRACTS
from parallelize.store.aligned import open_aligned
from parallelize.store.json_files import to_json

__all__ = ["ExportedFiles", "export"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFiles:
    """Training files, and what each holds."""

    folder: Path
    languages: tuple[str, ...]
    """In the order in which mixes take them."""
    manifest: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    """What a reader of the files must know."""

    @property
    def files(self) -> list[Path]:
        """The files in the order in which their mixes grow."""
        return [self.folder / name for name in self.manifest["files"]]


def export(
    run: str | Path | BuiltRun,
    form: str,
    *,
    langs: str | Sequence[str] = (),
    out: str | Path | None = None,
    with_source: bool = True,
    instruction: Literal["none", "answer", "think"] = "none",
    repeat: Literal["once", "every-language"] = "once",
    decontaminate: Sequence[str] = (),
    decontaminate_words: int = 13,
    decontaminate_share: float | None = None,
    **options: Any,
) -> ExportedFiles:
    """Write training files from a run: the same problems in 1, 2, … languages.

    Args:
        run: a run, or its folder.
        form: `verl`, `trl-sft`, `trl-grpo`, `openrlhf`, `messages`, `alpaca`, …
        langs: target languages in the order in which mixes take them; all by default.
        out: folder of the files; `RUN/export/FORM` by default.
        with_source: the source language is one of the languages.
        instruction: sentence at the end of each prompt, in its language: answer, or think and answer, in it.
        repeat: with `rows`, each id once, in a language dealt to it; or in all languages.
        decontaminate: evaluation sets (file, or dataset as `NAME:CONFIG:SPLIT`) with which no id may share
            words.
        decontaminate_words: words of such a run.
        decontaminate_share: also leave out ids that cover this share of an evaluation row, in (0, 1].
        options: further fields of `stages.export_files.ExportOptions`, such as `rows=1000` or `seed=1`.

    Raises:
        InputError: no corpus, or too few rows for what is asked.
    """
    folder = run.folder if isinstance(run, BuiltRun) else Path(run)
    if form not in CONTRACTS:
        raise InputError(f"there is no format {form!r}", remedy=f"formats: {', '.join(CONTRACTS)}")
    corpus = open_aligned(folder)
    chosen_codes = ordered_languages(corpus, codes(langs) if langs else [], with_source=with_source)
    target = Path(out) if out is not None else folder / "export" / form
    chosen = ExportOptions(
        contract=CONTRACTS[form],
        languages=chosen_codes,
        instructions=_sentences(chosen_codes, instruction),
        instruction_kind=instruction,
        repeat=Repeat(repeat),
        decontaminators=tuple(
            index_evaluation_set(where, hub=HubSource(), n=decontaminate_words, share=decontaminate_share)
            for where in decontaminate
        ),
        **options,
    )
    manifest = export_corpus(corpus, target, chosen)
    notes: tuple[str, ...] = ()
    if corpus.align == "intersection" and len(chosen_codes) < len(corpus.languages):
        notes = (_INTERSECTION,)
    return ExportedFiles(
        folder=target, languages=tuple(chosen_codes), manifest=to_json(manifest), notes=notes
    )


_INTERSECTION = (
    "this corpus is aligned by intersection: ids missing in a language that you leave out "
    "are missing here too"
)


def _sentences(codes: Sequence[str], kind: str) -> dict[str, str]:
    """The sentence that asks for a language, by language."""
    if kind == "none":
        return {}
    found = {code: instruction_for(code) for code in codes}
    return {
        code: f"{item.think if kind == 'think' else item.answer} {item.boxed}" for code, item in found.items()
    }
