"""What an export is to write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from parallelize.stages.decontaminate import Decontaminator
from parallelize.stages.export import Repeat
from parallelize.stages.export_contract import Contract, FileType

__all__ = ["ExportOptions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What is to be written."""

    contract: Contract
    languages: tuple[str, ...]
    """In the order in which mixes take them; see `ordered_languages`."""
    rows: int | None = None
    rows_per_language: int | None = None
    repeat: Repeat = Repeat.ONCE
    nested: bool = True
    seed: int = 0
    instructions: Mapping[str, str] = field(default_factory=dict)
    """Sentence at the end of the prompt, by language; a language without one gets none."""
    instruction_kind: str = "none"
    """How the manifest names them."""
    file_type: FileType | None = None
    """None: what the contract's own examples use."""
    decontaminators: tuple[tuple[str, Decontaminator], ...] = ()
    """(name of the evaluation set, its index)."""

    @property
    def suffix(self) -> FileType:
        """File type to write: as asked, else the contract's own."""
        return self.file_type or self.contract.file_type
