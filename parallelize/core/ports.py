"""What engines promise, and the messages that pass between them and the queue: one call, one answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, Protocol, Self, TypeVar, runtime_checkable

from parallelize.core.language_pair import LanguagePair
from parallelize.core.provenance import EngineFingerprint, Task, address, canonical_json

__all__ = [
    "SAID",
    "Engine",
    "FinishReason",
    "GenerationRequest",
    "Generator",
    "Level",
    "Message",
    "PairScorer",
    "Placeholders",
    "PromptPart",
    "Protection",
    "Reply",
    "Request",
    "SamplingOverride",
    "ScoringRequest",
    "Spells",
    "TranslationRequest",
    "Translator",
    "TranslatorTraits",
    "alphabet_of",
]


class FinishReason(StrEnum):
    """Why an engine stopped. Only `STOP` is a clean end; everything else fails the attempt."""

    STOP = "stop"
    LENGTH = "length"
    """Cut at the output limit."""
    REPETITION = "repetition"
    """The engine's own loop detection."""
    TOO_LONG = "too_long"
    """The input does not fit the engine."""
    REFUSED_INPUT = "refused_input"
    """The engine rejected this request for another reason; the others go on."""
    ENVELOPE = "envelope"
    """The reply came, but not between its delimiters, or with words around them."""
    ERROR = "error"
    """The reply was unreadable or the request failed for good after its retries."""


SAID: Final = frozenset({FinishReason.STOP, FinishReason.LENGTH, FinishReason.REPETITION})
"""Ends of replies in which a model said something; one that was cut has no answer and is wrong."""


class Protection(StrEnum):
    """How protected spans are shown to an engine."""

    INLINE = "inline"
    """Left where they are; they must come back unchanged."""
    MASKED = "masked"
    """Replaced by placeholders that must come back exactly once."""


class Placeholders(StrEnum):
    """Forms of placeholder; which one survives depends on the engine (design: engines.md)."""

    X = "X1"
    M = "M1"
    Q = "Q1Z"
    BRACKET = "[1]"


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatorTraits:
    """What an engine can do; the pipeline shapes segments and the repair ladder after it."""

    protection: Protection
    placeholders: tuple[Placeholders, ...]
    """Forms to try, best first; never empty when `protection` is masked."""
    segment_chars: int
    """Segments are packed up to about this many characters; a single sentence may be longer."""
    multiline: bool
    """Whether a segment may hold several lines. If not, every line is its own segment."""
    samples: bool = False
    """Whether another attempt with another seed can give another reply."""
    uses_context: bool = False
    """Whether it reads `TranslationRequest.context`; if not, no request holds any."""
    uses_translated_context: bool = False
    """Whether it reads `TranslationRequest.translated_context` as well."""
    plain_words: bool = False
    """Whether English words that it takes in another sense are shown in plainer ones (`text.senses`)."""
    uses_glossary: bool = False
    """Whether it reads `TranslationRequest.glossary`; if not, glossaries are a gate and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingOverride:
    """What a repair attempt changes of an engine's sampling; part of the attempt's name."""

    temperature: float | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What an engine answered, whoever asked. A failed call is one too: nothing is lost without a reason."""

    address: bytes
    """Of the request that it answers."""
    text: str = ""
    """What was said: a translation, a model's answer. Empty for a measurement and for a failed call; what a
    model said until it was cut (`LENGTH`, `REPETITION`) is kept by those who want it."""
    finish: FinishReason
    value: float | None = None
    """What a scoring model measured; None for every other reply, and where the measurement failed."""
    thinking: str = ""
    """Thinking that the engine set apart from the text; empty where it is in the text, or was none."""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    """Input tokens that the engine had from an earlier prompt with the same beginning."""
    engine_seconds: float | None = None
    """Time this request took in the engine; None if the engine cannot tell."""
    detail: str = ""
    """For a failed call: what happened, for the user to read."""


class Request(Protocol):
    """What the queue has to know of a request; what it says is between the asker and the engine."""

    @property
    def address(self) -> bytes:
        """32 bytes that name the call in the memory: equal requests have equal addresses."""
        ...

    @property
    def kept_in(self) -> str:
        """Part of the memory that holds the reply: `en-pt`, `answer-de`."""
        ...

    @property
    def text(self) -> str:
        """What is sent: its length decides the order of work, its words are counted."""
        ...

    @property
    def is_followed(self) -> bool:
        """Whether another request of this length waits for its reply: the way back of a translation."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationRequest:
    """One segment of text for a translator, with its address in the memory."""

    address: bytes
    """32 bytes; identifies the call in the memory."""
    task: Task
    languages: LanguagePair
    text: str
    """Exactly what is to be translated, placeholders in place."""
    attempt: str
    protection: Protection = Protection.MASKED
    override: SamplingOverride | None = None
    context: str = ""
    """Source text before this segment, to be read and not translated; empty if none."""
    translated_context: str = ""
    """What `context` became in the target language; empty if that is not shown, or no gate passed it."""
    glossary: tuple[tuple[str, str], ...] = ()
    """(source term, required target term) for terms that occur in `text`."""

    @classmethod
    def addressed(cls, fingerprint: bytes, **fields: Any) -> Self:
        """A request at the address that the engine's fingerprint and its own fields give.

        Args:
            fingerprint: `EngineFingerprint.digest()`, taken after defaults are merged.
            fields: all fields but the address; `attempt` names whatever the engine sees besides the text.
        """
        made = cls(address=b"", **fields)
        place = address(
            task=made.task,
            fingerprint=fingerprint,
            languages=made.languages,
            attempt=made.attempt,
            text=made.whole_text,
        )
        return replace(made, address=place)

    @property
    def whole_text(self) -> str:
        """All text that the engine reads in this call, for its address."""
        return self.text

    @property
    def kept_in(self) -> str:
        """Part of the memory that holds the reply: the pair of languages."""
        return f"{self.languages.source}-{self.languages.target}"

    @property
    def is_followed(self) -> bool:
        """Whether a way back may wait for the reply: nothing waits for that of a way back."""
        return self.task is Task.TRANSLATE


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringRequest(TranslationRequest):
    """A translation to be measured against `text`, its source; its reply has a `value`."""

    translation: str

    @property
    def whole_text(self) -> str:
        """Source and translation, of which the address is made."""
        return canonical_json([self.text, self.translation])


class Level(StrEnum):
    """What a scoring model is shown at a time."""

    ROW = "row"
    """A whole text of a row."""
    SEGMENT = "segment"
    """A line of it, where source and translation have as many lines; else the whole text."""


RequestT_contra = TypeVar("RequestT_contra", contravariant=True)


class Engine(Protocol[RequestT_contra]):
    """Answers requests one by one, as many at once as it says; the queue does everything else.

    A fake one is `capacity = 1`, an `answer` that makes a `Reply`, and an `aclose` that does nothing.
    """

    @property
    def capacity(self) -> int:
        """Requests that it can use at once now, at least 1; asked again whenever something changes."""
        ...

    async def answer(self, request: RequestT_contra) -> Reply:
        """Answer one request. A request that fails is answered with its reason; cancelling gives it up.

        Raises:
            EngineFault: the engine itself cannot go on: no further request need be tried.
        """
        ...

    async def aclose(self) -> None:
        """Free processes, memory and connections. Safe to call twice; the next request starts it again."""
        ...


class Translator(Engine[TranslationRequest], Protocol):
    """Segment in, translated segment out."""

    @property
    def traits(self) -> TranslatorTraits: ...

    def fingerprint(self, languages: LanguagePair) -> EngineFingerprint:
        """Say what will translate this pair.

        Raises:
            EnvironmentFault: there is no model for the pair here; the message says how to get it.
        """
        ...


class PairScorer(Engine[ScoringRequest], Protocol):
    """Measures translations with a model: a reply that ends with `STOP` has a `value`, any other has none."""

    @property
    def measure(self) -> str:
        """Name in `core.measures.MEASURES`; that of a row's lowest part is `lowest_of` it."""
        ...

    @property
    def level(self) -> Level: ...

    @property
    def samples(self) -> int:
        """How often it solves each text of a row; 0: it grades translations and solves nothing."""
        ...

    def fingerprint(self, languages: LanguagePair) -> EngineFingerprint:
        """Say what will measure this pair.

        Raises:
            EnvironmentFault: what it needs is not here; the message says how to get it.
        """
        ...


@runtime_checkable
class Spells(Protocol):
    """A translator that can tell which characters its vocabulary has; what it lacks is not shown to it."""

    def alphabet(self, languages: LanguagePair) -> frozenset[str]:
        """Characters of a text in the source language that it knows."""
        ...


def alphabet_of(translator: object, languages: LanguagePair) -> frozenset[str] | None:
    """The characters that a translator knows; None where it does not tell."""
    if isinstance(translator, Spells):
        return translator.alphabet(languages)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptPart:
    """A piece of a prompt."""

    text: str
    data: bool
    """True for text from a dataset: it is tokenised as plain text, never as control tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn of a prompt."""

    role: str
    """`system`, `user` or `assistant`."""
    parts: tuple[PromptPart, ...]
    content_fields: Mapping[str, str] = field(default_factory=dict)
    """If any, the content is a list of one text entry that also has these fields (language codes of
    translation models); else it is plain text."""

    @property
    def text(self) -> str:
        """The message's parts joined into one text."""
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """One prompt for a language model, with its address in the memory."""

    address: bytes
    messages: tuple[Message, ...]
    kept_in: str = ""
    """Part of the memory that holds the reply; empty for a prompt whose asker remembers by itself."""
    chat: bool = True
    """Whether `messages` go through the model's chat template; if not (base models), all parts are
    joined and the model continues them."""
    max_output_tokens: int | None = None
    """Cap for this request; None means the engine's own."""
    override: SamplingOverride | None = None
    stop: tuple[str, ...] = ()
    """The reply ends before the first of these strings; that is a clean stop."""
    template_arguments: Mapping[str, Any] = field(default_factory=dict)
    """Extra arguments for the chat template (for example `enable_thinking`); JSON values."""
    opening: str = ""
    """Text that the model's turn begins with, written for it; the reply goes on after it and does not hold
    it. Where the chat template itself ends with its first line (`<think>`), that line is not doubled."""

    def tokens_allowed(self, most: int) -> int:
        """Tokens of the longest reply, of an engine that gives so many at most."""
        return min(most, self.max_output_tokens or most)

    @property
    def is_followed(self) -> bool:
        """Nothing is known to wait for what a model answers."""
        return False

    @property
    def text(self) -> str:
        """All parts of all messages joined."""
        return "".join(message.text for message in self.messages)


class Generator(Engine[GenerationRequest], Protocol):
    """Prompt in, text out: what was said also when it was cut (`LENGTH`, `REPETITION`)."""

    def fingerprint(self) -> EngineFingerprint:
        """Say what answers: the model and how it is sampled."""
        ...
