"""Put a problem to a model: the prompt, what its reply begins with, and where the call is remembered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import GenerationRequest, Message, PromptPart, SamplingOverride
from parallelize.core.provenance import Task, address, canonical_json, digest_fields
from parallelize.evaluation.instructions import Instruction, instruction_for
from parallelize.evaluation.profiles import EvaluationPrompts, ProfileWords

__all__ = ["ASKING", "ENGLISH_CONTENT", "Asker", "Asking", "Question", "Sample", "WorkedExample"]

ASKING = "parallelize-ask-1"
"""Changes whenever the same problem is put into other words."""


ENGLISH_CONTENT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "none": "",
        "path": "\n\n(/home/student/homework/week 3/word problems/problem sheet - final version.pdf, page 2)",
        "code": "\n\n```python\n# Read the problem from the worksheet and print its answer.\n"
        "problem = load_worksheet('week_3').problems[1]\nprint(solve(problem, show_steps=True))\n```",
        "quotation": "\n\n“Whoever wants to learn how to solve problems has to solve many of them.”",
    }
)
"""English that says nothing about the problem, put after it: whether it draws a model into English."""
_NO_WORDS = Instruction(answer="", think="", boxed="", opening="", question="", reply="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One problem of a benchmark, to be answered in one language."""

    benchmark: str
    id: str
    """The same in every language."""
    text: str
    text_language: str
    """Language of the text."""
    language: str
    """Language that the response should be in."""
    gold: str | None
    """None for a benchmark without answers: only the language is judged."""
    level: str | None = None
    choices: tuple[str, ...] = ()
    """Texts of the choices in the order of their letters, of multiple choice."""
    chance: float | None = None
    """Share of right answers of somebody who guesses; None where nothing can be guessed."""
    variant: str | None = None
    """Which instantiation of the item it is; `id` is the item's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedExample:
    """A problem with its worked solution, shown to a model before the question."""

    problem: str
    solution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How all problems are put."""

    chat: bool = True
    instruction: str = "answer"
    """answer, think or none."""
    boxed: bool = True
    opening: bool = False
    """Write the first words of the reply."""
    thinking: bool | None = None
    """Sets `enable_thinking`; with True, an opening opens the thinking."""
    think_open: str = "<think>"
    template_arguments: Mapping[str, Any] = field(default_factory=dict)
    examples: Mapping[str, Sequence[WorkedExample]] = field(default_factory=dict)
    """By language; the same number in each."""
    profile: EvaluationPrompts | None = None
    """Words of a published evaluation, or one's own, instead of ours."""
    english: str = "none"
    """English content inside the prompt: a key of `ENGLISH_CONTENT`."""

    def arguments(self) -> dict[str, Any]:
        """Arguments of the chat template."""
        chosen = {} if self.thinking is None else {"enable_thinking": self.thinking}
        return {**chosen, **self.template_arguments}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One response that is wanted."""

    question: Question
    number: int
    """Which of several samples of the problem, from 0."""
    seed: int
    request: GenerationRequest

    @property
    def address(self) -> bytes:
        """Where the reply is kept in the memory."""
        return self.request.address

    @property
    def part(self) -> str:
        """Part of the memory that holds it."""
        return self.request.kept_in

    @property
    def prompt(self) -> str:
        """What is said to the model, without what its chat template adds; turns are parted by blank lines."""
        return "\n\n".join(message.text for message in self.request.messages)


class Asker:
    """Makes requests; the same problem, sample number and model always give the same request."""

    def __init__(self, asking: Asking, fingerprint: bytes, *, seed: int) -> None:
        """Prepare.

        Args:
            fingerprint: of the model and its sampling.
            seed: of the evaluation; every sample of every problem has its own seed, made from it.
        """
        self._asking = asking
        self._fingerprint = fingerprint
        self._seed = seed

    def samples(self, question: Question, count: int) -> Iterator[Sample]:
        """The first `count` samples of a problem.

        Raises:
            InputError: there is no instruction in its language.
        """
        asking = self._asking
        words = self._words(question.language)
        messages = self._messages(question, words)
        stop = () if asking.chat else (f"\n{words.question}:",)
        opening = self._opening(words) if asking.opening else ""
        arguments = asking.arguments() if asking.chat else {}
        content = canonical_json(
            [
                ASKING,
                [[item.role, [[part.text, part.data] for part in item.parts]] for item in messages],
                asking.chat,
                opening,
                list(stop),
                arguments,
            ]
        )
        for number in range(count):
            seed = _sample_seed(self._seed, content, number)
            place = address(
                task=Task.ANSWER,
                fingerprint=self._fingerprint,
                languages=LanguagePair(question.text_language, question.language),
                attempt=f"sample-{number}",
                text=content,
            )
            request = GenerationRequest(
                address=place,
                kept_in=f"answer-{question.language}",
                messages=messages,
                chat=asking.chat,
                override=SamplingOverride(seed=seed),
                stop=stop,
                template_arguments=arguments,
                opening=opening,
            )
            yield Sample(question=question, number=number, seed=seed, request=request)

    @property
    def _needs_words(self) -> bool:
        asking = self._asking
        ours = asking.profile is None and (asking.boxed or asking.instruction != "none")
        return ours or not asking.chat or asking.opening

    def _words(self, code: str) -> Instruction:
        """Our words of a language, with the first words of a profile where it has some."""
        profile = self._asking.profile
        opening = profile.words(code).opening if profile is not None else ""
        if opening:
            return replace(_NO_WORDS, opening=opening)
        return instruction_for(code) if self._needs_words else _NO_WORDS

    def _messages(self, question: Question, words: Instruction) -> tuple[Message, ...]:
        examples = self._asking.examples.get(question.language, ())
        text = question.text + ENGLISH_CONTENT[self._asking.english]
        if self._asking.profile is not None:
            return tuple(_profile_turns(text, self._asking.profile.words(question.language), examples))
        told = _told(words, self._asking)
        if self._asking.chat:
            return tuple(_chat_turns(text, told, examples))
        return (Message(role="user", parts=tuple(_plain_parts(text, told, examples, words))),)

    def _opening(self, words: Instruction) -> str:
        if self._asking.thinking:
            return f"{self._asking.think_open}\n{words.opening}"
        # In plain text the reply follows a label and a colon.
        return words.opening if self._asking.chat else f" {words.opening}"


def _told(words: Instruction, asking: Asking) -> str:
    language = {"answer": words.answer, "think": words.think}.get(asking.instruction, "")
    return " ".join(filter(None, (language, words.boxed if asking.boxed else "")))


def _profile_turns(text: str, words: ProfileWords, examples: Sequence[WorkedExample]) -> Iterator[Message]:
    before, after = words.around(text)
    if words.system:
        yield Message(role="system", parts=(PromptPart(text=words.system, data=False),))
    asked = [(example.problem, example.solution) for example in examples]
    for problem, solution in [*asked, (text, None)]:
        parts = [PromptPart(text=before, data=False)] if before else []
        parts.append(PromptPart(text=problem, data=True))
        parts += [PromptPart(text=after, data=False)] if after else []
        yield Message(role="user", parts=tuple(parts))
        if solution is not None:
            yield Message(role="assistant", parts=(PromptPart(text=solution, data=True),))


def _chat_turns(text: str, told: str, examples: Sequence[WorkedExample]) -> Iterator[Message]:
    instruction = (PromptPart(text=f"\n\n{told}", data=False),) if told else ()
    for example in examples:
        yield Message(role="user", parts=(PromptPart(text=example.problem, data=True), *instruction))
        yield Message(role="assistant", parts=(PromptPart(text=example.solution, data=True),))
    yield Message(role="user", parts=(PromptPart(text=text, data=True), *instruction))


def _plain_parts(
    text: str, told: str, examples: Sequence[WorkedExample], words: Instruction
) -> Iterator[PromptPart]:
    question, reply = words.question, words.reply
    if told:
        yield PromptPart(text=f"{told}\n\n", data=False)
    for example in examples:
        yield PromptPart(text=f"{question}: ", data=False)
        yield PromptPart(text=example.problem, data=True)
        yield PromptPart(text=f"\n{reply}: ", data=False)
        yield PromptPart(text=example.solution, data=True)
        yield PromptPart(text="\n\n", data=False)
    yield PromptPart(text=f"{question}: ", data=False)
    yield PromptPart(text=text, data=True)
    yield PromptPart(text=f"\n{reply}:", data=False)


def _sample_seed(seed: int, content: str, number: int) -> int:
    """31 bits: two problems with one seed would draw the same random numbers, and their errors with them."""
    fields = (str(seed), content, str(number))
    digest = digest_fields(item.encode("utf-8", "surrogatepass") for item in fields)
    return int.from_bytes(digest[:4], "big") >> 1
