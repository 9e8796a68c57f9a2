"""The sandbox in which prompt templates are rendered."""

from __future__ import annotations

from dataclasses import dataclass

from parallelize.core.errors import InputError
from parallelize.core.languages import Language, name_in
from parallelize.text.sandbox import BoundedSandbox

__all__ = ["ENVIRONMENT", "MARKS", "VARIABLES", "ShownLanguage", "slot"]

MARKS = ("\ue000", "\ue001")
"""Private-use characters around the name of a slot where a text goes after rendering."""

VARIABLES = frozenset(
    {
        "source",
        "target",
        "text",
        "context",
        "translated_context",
        "glossary",
        "examples",
        "source_open",
        "source_close",
        "reply_open",
        "reply_close",
    }
)
"""Everything a template may use."""

ENVIRONMENT = BoundedSandbox(shown=lambda value: value, filters={}, autoescape=False)
"""Templates see names of languages and slots: no file, no attribute of Python, no dataset text."""


def slot(name: str) -> str:
    """What a template sees in place of a text."""
    return f"{MARKS[0]}{name}{MARKS[1]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLanguage:
    """A language as templates see it."""

    code: str
    name: str
    native_name: str
    script: str

    @classmethod
    def of(cls, language: Language, *, code: str | None = None, name: str | None = None) -> ShownLanguage:
        """Show `language`, under another code or name if a model has its own."""
        return cls(
            code=code or language.code,
            name=name or language.name,
            native_name=language.native_name,
            script=language.script,
        )

    def name_in(self, locale: str) -> str:
        """Name of this language in another language, after Unicode CLDR.

        Raises:
            InputError: CLDR does not know the locale or has no such name.
        """
        found = name_in(self.code, locale)
        if found is None:
            raise InputError(f"no name of {self.name} is known in {locale!r}")
        return found
