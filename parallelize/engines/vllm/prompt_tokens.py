"""Prompts as token ids in which dataset text can never be a control token.

A chat template is rendered with sentinels where texts go, so the template itself never sees a text.
Then the texts are put in and the whole is tokenised at once, which gives the very tokens that the model
was trained on; it is accepted only if every control token in it comes from the template. If a text
holds something that its tokenizer takes for one, the prompt is tokenised again piece by piece, the
texts by a copy of the tokenizer that knows no control tokens.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from parallelize.core.errors import EngineFault, EnvironmentFault
from parallelize.core.ports import GenerationRequest
from parallelize.core.provenance import canonical_json
from parallelize.core.trees import JsonObject

__all__ = ["PromptTokenizer", "UnsafeText", "control_ids"]

_MARKUP = re.compile(r"\s*[<\[{（【].*[>\]}）】]\s*", re.DOTALL)
"""Added tokens of this form are taken for control tokens, also where the tokenizer does not say so:
`<think>`, `<tool_call>`, `[INST]`, `<｜User｜>`."""
_HTML = re.compile(
    r"</?(?:a|b|blockquote|br|caption|code|em|h[1-6]|i|img|li|ol|p|strong|sub|sup|table|tbody|td|tfoot|th|thead|"
    r"tr|ul)>"
)
"""Some tokenizers (Gemma's) have tokens for HTML tags; they control nothing."""
_CACHED_SKELETONS = 512


class UnsafeText(ValueError):
    """A text that this tokenizer cannot tokenise without making control tokens of it."""


@dataclass(frozen=True, slots=True)
class _Skeleton:
    """A rendered template: fixed pieces around slots."""

    pieces: tuple[str | int, ...]
    """Fixed text, or the number of the data part that goes there."""
    controls: tuple[int, ...]
    """Control tokens of the fixed text, in order."""


def control_ids(tokenizer: Any) -> frozenset[int]:
    """Ids of all tokens that mean something to the model beyond their text."""
    found = set(tokenizer.all_special_ids)
    for number, token in tokenizer.added_tokens_decoder.items():
        content = token.content
        if token.special or (_MARKUP.fullmatch(content) and not _HTML.fullmatch(content)):
            found.add(number)
    return frozenset(found)


class PromptTokenizer:
    """Turns requests into token ids."""

    def __init__(self, tokenizer: Any, *, chat_template: str | None = None) -> None:
        """Wrap a tokenizer of `transformers`.

        Args:
            tokenizer: with a `tokenizers` backend.
            chat_template: Jinja template to use instead of the tokenizer's own.

        Raises:
            EnvironmentFault: the tokenizer has no such backend.
        """
        if getattr(tokenizer, "backend_tokenizer", None) is None:
            raise EnvironmentFault(
                "this model's tokenizer has no tokenizer.json",
                remedy="convert it with transformers, or serve the model and use the openai engine",
            )
        self._tokenizer = tokenizer
        self._template = chat_template or tokenizer.chat_template
        self._controls = control_ids(tokenizer)
        self._plain: _PlainTokenizer | None = None
        self._skeletons: dict[str, _Skeleton] = {}
        self._prefix = self._leading_controls()

    @property
    def template_sha256(self) -> str:
        """Digest, in hex, of the chat template; empty if there is none."""
        if not self._template:
            return ""
        return hashlib.sha256(canonical_json(self._template).encode()).hexdigest()

    def encode(self, request: GenerationRequest) -> list[int]:
        """Tokenise one request.

        Raises:
            UnsafeText: no way was found to keep a text from becoming a control token.
            EngineFault: the request is a chat and the model has no chat template, or the template
                fails, drops a text, or shows one twice.
        """
        texts = [part.text for message in request.messages for part in message.parts if part.data]
        skeleton = self._skeleton(request, len(texts))
        whole, spans = _filled(skeleton.pieces, texts)
        try:
            whole.encode()
        except UnicodeEncodeError as fault:
            raise UnsafeText("the text holds half of a surrogate pair") from fault
        found = self._tokenizer(whole, add_special_tokens=False, return_offsets_mapping=True)
        ids: list[int] = found["input_ids"]
        if self._is_clean(ids, found["offset_mapping"], spans, skeleton.controls):
            return ids if request.chat else [*self._prefix, *ids]
        ids = self._by_pieces(skeleton.pieces, texts)
        if tuple(item for item in ids if item in self._controls) != skeleton.controls:
            raise UnsafeText("the text holds what this tokenizer takes for control tokens")
        return ids if request.chat else [*self._prefix, *ids]

    def _is_clean(
        self,
        ids: Sequence[int],
        offsets: Sequence[tuple[int, int]],
        spans: Sequence[tuple[int, int]],
        expected: tuple[int, ...],
    ) -> bool:
        controls = self._controls
        seen = [(item, offset) for item, offset in zip(ids, offsets, strict=True) if item in controls]
        if tuple(item for item, _ in seen) != expected:
            return False
        return not any(
            start < text_end and end > text_start
            for _, (start, end) in seen
            for text_start, text_end in spans
        )

    def _by_pieces(self, pieces: Sequence[str | int], texts: Sequence[str]) -> list[int]:
        if self._plain is None:
            self._plain = _PlainTokenizer(self._tokenizer, self._controls)
        ids: list[int] = []
        for piece in pieces:
            if isinstance(piece, int):
                ids += self._plain.encode(texts[piece])
            elif piece:
                ids += self._tokenizer(piece, add_special_tokens=False)["input_ids"]
        return ids

    def _skeleton(self, request: GenerationRequest, texts: int) -> _Skeleton:
        key = canonical_json(
            [
                request.chat,
                request.opening,
                dict(request.template_arguments),
                [
                    [
                        item.role,
                        dict(item.content_fields),
                        [None if part.data else part.text for part in item.parts],
                    ]
                    for item in request.messages
                ],
            ]
        )
        skeleton = self._skeletons.get(key)
        if skeleton is None:
            if len(self._skeletons) >= _CACHED_SKELETONS:
                self._skeletons.clear()
            skeleton = self._skeletons[key] = self._rendered(request, texts, key)
        return skeleton

    def _rendered(self, request: GenerationRequest, texts: int, key: str) -> _Skeleton:
        seed = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16].upper()
        names = iter([f"zQ{seed}N{number}Qz" for number in range(texts)])
        messages: list[JsonObject] = []
        for message in request.messages:
            content = "".join(next(names) if part.data else part.text for part in message.parts)
            shown: Any = content
            if message.content_fields:
                shown = [{"type": "text", **message.content_fields, "text": content}]
            messages.append({"role": message.role, "content": shown})
        if request.chat:
            text = self._apply_template(messages, dict(request.template_arguments))
        else:
            text = "".join(str(item["content"]) for item in messages)
        text = _opened(text, request.opening)
        pieces = tuple(_pieces(text, f"zQ{seed}N"))
        slots = sorted(piece for piece in pieces if isinstance(piece, int))
        if slots != list(range(texts)):
            raise EngineFault(
                "the model's chat template does not show every text exactly once",
                remedy="give another template with chat_template",
            )
        ids = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return _Skeleton(pieces, tuple(item for item in ids if item in self._controls))

    def _apply_template(self, messages: list[JsonObject], arguments: JsonObject) -> str:
        import jinja2

        if not self._template:
            raise EngineFault(
                "the model has no chat template",
                remedy="give chat_template, or use a prompt for base models: the profile few-shot when you "
                "translate, --style completion when you evaluate",
            )
        open_ended = messages[-1]["role"] == "assistant"
        try:
            text = self._tokenizer.apply_chat_template(
                messages,
                chat_template=self._template,
                tokenize=False,
                add_generation_prompt=not open_ended,
                continue_final_message=open_ended,
                **arguments,
            )
        except (jinja2.TemplateError, TypeError, ValueError, LookupError) as fault:
            raise EngineFault(f"the model's chat template fails: {fault}") from fault
        return str(text)

    def _leading_controls(self) -> list[int]:
        """What the tokenizer puts before a text, such as a beginning-of-text token."""
        ids = self._tokenizer("a", add_special_tokens=True)["input_ids"]
        bare = self._tokenizer("a", add_special_tokens=False)["input_ids"]
        for length in range(len(ids) + 1):
            if ids[length : length + len(bare)] == bare:
                return list(ids[:length])
        return []


class _PlainTokenizer:
    """A copy of a tokenizer for which control tokens are ordinary text."""

    def __init__(self, tokenizer: Any, controls: frozenset[int]) -> None:
        from tokenizers import AddedToken, Tokenizer  # type: ignore[import-not-found, unused-ignore]

        backend = tokenizer.backend_tokenizer
        description = json.loads(backend.to_str())
        description["added_tokens"] = [
            item for item in description["added_tokens"] if item["id"] not in controls
        ]
        description["post_processor"] = None
        # Text that starts right after a control token is tokenised as the middle of a prompt, not as its
        # beginning, where some tokenizers add a space. The anchor is such a control token.
        self._anchor = f"<{hashlib.sha256(backend.to_str().encode()).hexdigest()[:24]}>"
        self._plain = Tokenizer.from_str(json.dumps(description))
        self._plain.add_special_tokens([AddedToken(self._anchor, special=True, normalized=False)])
        self._anchor_id = self._plain.token_to_id(self._anchor)

    def encode(self, text: str) -> list[int]:
        """Tokenise a text.

        Raises:
            UnsafeText: the text holds the anchor, or is taken for several texts.
        """
        ids: list[int] = self._plain.encode(self._anchor + text, add_special_tokens=False).ids
        if ids.count(self._anchor_id) != 1:
            raise UnsafeText("the text holds what this tokenizer takes for a control token")
        return ids[ids.index(self._anchor_id) + 1 :]


def _opened(prompt: str, opening: str) -> str:
    """A prompt with the beginning of the reply. A template may have written its first line, `<think>`."""
    first, newline, rest = opening.partition("\n")
    if newline and first and prompt.rstrip().endswith(first):
        return prompt + rest if prompt.endswith("\n") else f"{prompt}\n{rest}"
    return prompt + opening


def _pieces(text: str, sentinel: str) -> Iterator[str | int]:
    end = 0
    for match in re.finditer(f"{sentinel}([0-9]+)Qz", text):
        yield text[end : match.start()]
        yield int(match[1])
        end = match.end()
    yield text[end:]


def _filled(pieces: Sequence[str | int], texts: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """The whole prompt, and where the texts are in it (characters)."""
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    at = 0
    for piece in pieces:
        part = texts[piece] if isinstance(piece, int) else piece
        if isinstance(piece, int):
            spans.append((at, at + len(part)))
        parts.append(part)
        at += len(part)
    return "".join(parts), spans
