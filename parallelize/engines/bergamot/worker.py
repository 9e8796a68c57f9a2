"""The process in which a Firefox Translations model runs: `python -m …bergamot.worker <parent id>`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from parallelize.engines.bergamot.pieces import Piece, pieces
from parallelize.engines.workers.process import SetupFault, Translate, serve

__all__ = ["load", "translate_pieces"]

_NO_SPACE_AFTER_SENTENCE = {"ja", "zh"}


def load(setup: dict[str, Any]) -> Translate:
    """Load a model and check that its files are those of the fingerprint.

    Args:
        setup: `source`, `target` (codes) and `files`: `model`, `source_vocabulary`,
            `target_vocabulary`, `shortlist`, each `{"path", "sha256"}` or None.

    Raises:
        SetupFault: a file is unreadable, has changed, or is no model.
    """
    from fxtranslate import Translator, discovery

    data = {role: _read(entry) for role, entry in setup["files"].items() if entry is not None}
    try:
        engine = Translator(
            data["model"], data["source_vocabulary"], data["target_vocabulary"], data.get("shortlist")
        )
    except ValueError as fault:
        path = setup["files"]["model"]["path"]
        raise SetupFault(f"{path} cannot be loaded as a Firefox Translations model: {fault}") from fault
    join = _joiner(setup["source"], setup["target"])

    def translate(text: str) -> str:
        return translate_pieces(pieces(text, discovery.segment_sentences), engine.translate, join)

    return translate


def translate_pieces(
    parts: list[Piece], translate: Translate, join: Callable[[str], str] = lambda separator: separator
) -> str:
    """Translate what has letters, copy the rest, keep the white space between.

    Raises:
        ValueError: the engine gave nothing for a piece that has letters.
    """
    done = []
    for index, part in enumerate(parts):
        text = translate(part.text) if part.send else part.text
        if part.send and not text.strip():
            raise ValueError(f"the engine gave no text for {part.text[:80]!r}")
        last = index == len(parts) - 1
        done.append(text + (part.separator if last or not part.text else join(part.separator)))
    return "".join(done)


def _joiner(source: str, target: str) -> Callable[[str], str]:
    """Chinese and Japanese write no space between sentences."""
    if target in _NO_SPACE_AFTER_SENTENCE and source not in _NO_SPACE_AFTER_SENTENCE:
        return lambda separator: "" if separator == " " else separator
    if source in _NO_SPACE_AFTER_SENTENCE and target not in _NO_SPACE_AFTER_SENTENCE:
        return lambda separator: separator or " "
    return lambda separator: separator


def _read(entry: dict[str, str]) -> bytes:
    path = Path(entry["path"])
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise SetupFault(f"{path} cannot be read: {fault.strerror}") from fault
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise SetupFault(f"{path} has changed since this run began")
    return data


if __name__ == "__main__":
    serve(load)
