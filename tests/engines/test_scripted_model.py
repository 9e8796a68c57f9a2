"""The scripted model fulfils the contract of generators and is the same whenever it is asked the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parallelize.core.ports import (
    FinishReason,
    GenerationRequest,
    Generator,
    Message,
    PromptPart,
    Reply,
    SamplingOverride,
)
from parallelize.engines.scripted.model import ScriptedModel
from parallelize.engines.scripted.translator import Fault
from tests.contract.asking import answer_all
from tests.contract.generator_contract import GeneratorContract


def ask(text: str, number: int = 0, **changes: object) -> GenerationRequest:
    parts = (PromptPart(text=text, data=True), PromptPart(text="\n\nAnswer in English.", data=False))
    asked = GenerationRequest(
        address=number.to_bytes(32, "big"), messages=(Message(role="user", parts=parts),)
    )
    return replace(asked, **changes)  # type: ignore[arg-type]


async def replies(model: ScriptedModel, *requests: GenerationRequest) -> list[Reply]:
    return await answer_all(model, requests)


class TestContract(GeneratorContract):
    @pytest.fixture(params=[0.0, 0.01], ids=["at once", "late"])
    def generator(self, request: pytest.FixtureRequest) -> Generator:
        return ScriptedModel(delay_seconds=request.param)

    def request(self, number: int) -> GenerationRequest:
        return ask(f"There are {number} apples.", number)


async def test_it_repeats_the_problem_and_guesses_a_number_of_it() -> None:
    (reply,) = await replies(ScriptedModel(), ask("There are 3 apples and 14 pears."))
    assert reply.text in {f"There are 3 apples and 14 pears. \\boxed{{{n}}}" for n in (3, 14)}
    assert reply.finish is FinishReason.STOP


async def test_its_own_seed_matters_only_above_temperature_zero() -> None:
    seeded = [ask("1 2 3 4 5 6 7 8 9", n, override=SamplingOverride(seed=n)) for n in range(40)]
    greedy = {reply.text for reply in await replies(ScriptedModel(), *seeded)}
    warm = {reply.text for reply in await replies(ScriptedModel(temperature=0.5), *seeded)}
    assert len(greedy) == 1
    assert len(warm) > 4


async def test_thinking_and_openings() -> None:
    (thinking,) = await replies(
        ScriptedModel(), ask("2 apples", template_arguments={"enable_thinking": True})
    )
    assert thinking.text == "<think>2 apples</think>2 apples \\boxed{2}"
    (opened,) = await replies(ScriptedModel(), ask("2 apples", opening="<think>\nLet us see."))
    assert opened.text == " 2 apples</think>2 apples \\boxed{2}"


@pytest.mark.parametrize("fault", [Fault.LOOP, Fault.CUT, Fault.EMPTY, Fault.COPY, Fault.ERROR])
async def test_faults_come_as_planned(fault: Fault) -> None:
    model = ScriptedModel(fault_rate=1.0, faults=(fault,))
    (reply,) = await replies(model, ask("2 apples"))
    wanted = {
        Fault.LOOP: FinishReason.LENGTH,
        Fault.CUT: FinishReason.LENGTH,
        Fault.ERROR: FinishReason.ERROR,
    }
    assert reply.finish is wanted.get(fault, FinishReason.STOP)
    assert "\\boxed{2}" not in reply.text or fault is Fault.LOOP


def test_what_changes_replies_changes_the_fingerprint() -> None:
    models = [ScriptedModel(), ScriptedModel(seed=1), ScriptedModel(temperature=1), ScriptedModel(model="b")]
    assert len({model.fingerprint().digest() for model in models}) == 4
    late = ScriptedModel(delay_seconds=1).fingerprint()
    assert late.digest() == ScriptedModel().fingerprint().digest()
