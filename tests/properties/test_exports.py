"""The law of exports: every text of a row is in what is written, or its place is named as left out."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.stages.export_examples import example
from parallelize.stages.export_formats import CONTRACTS
from parallelize.store.aligned import AlignedRow
from parallelize.store.row_texts import row_texts

_COLUMNS = {
    "problem": "problem",
    "question": "context",
    "passage": "context",
    "hint": "context",
    "system": "system",
    "solution": "solution",
    "second": "solution",
    "thinking": "thinking",
    "note": "other",
    "chosen": "solution",
    "rejected": "solution",
    "choices": "choice",
    "messages": "message",
    "tools": "",
}
_GENERIC = {
    "completion": ("solution", "second", "messages"),
    "thinking": ("thinking", "messages"),
    "pair": ("chosen", "rejected"),
    "tools": ("tools",),
}
"""Names that stand for more than one place."""


@st.composite
def _rows(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """A tree whose texts are all different, and its places."""
    tree: dict[str, Any] = {}
    places = []
    for name in draw(st.permutations(sorted(_COLUMNS)))[: draw(st.integers(1, len(_COLUMNS)))]:
        if name == "messages":
            speakers = draw(
                st.lists(st.sampled_from(["system", "user", "assistant"]), min_size=1, max_size=4)
            )
            tree[name] = [
                {"role": role, "content": f"said-{n}-by-{role}."} for n, role in enumerate(speakers)
            ]
            places += [
                {"path": f"messages[{n}].content", "role": "message", "speaker": role}
                for n, role in enumerate(speakers)
            ]
        elif name == "choices":
            tree[name] = ["first-choice.", "second-choice.", "third-choice."]
            places += [{"path": f"choices[{n}]", "role": "choice", "speaker": ""} for n in range(3)]
        elif name == "tools":
            tree[name] = [{"name": "tool-of-row."}]
        else:
            tree[name] = f"text-of-{name}."
            places.append({"path": name, "role": _COLUMNS[name], "speaker": ""})
    return tree, places


def _strings(value: Any, path: str = "") -> dict[str, str]:
    if isinstance(value, str):
        return {path: value}
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found: dict[str, str] = {}
    for step, below in inner:
        found |= _strings(below, f"{path}[{step}]" if isinstance(step, int) else f"{path}.{step}".lstrip("."))
    return found


@given(_rows(), st.sampled_from(sorted(CONTRACTS)), st.sampled_from([None, "Think in \\boxed{}."]))
@settings(deadline=None, max_examples=400)
def test_an_export_loses_nothing_unnamed(
    row: tuple[dict[str, Any], list[dict[str, str]]], form: str, instruction: str | None
) -> None:
    tree, places = row
    contract = CONTRACTS[form]
    texts = row_texts(tree, places, answer="B")
    item = example(
        AlignedRow(id="r", answer="B", texts={"en": texts}),
        "en",
        instruction=instruction,
        data_source="d",
        index=0,
    )
    if item is None or contract.lacks(item):
        return
    rendered = json.dumps(contract.render(item), ensure_ascii=False)
    left = {place for name in contract.left_out(item) for place in (name, *_GENERIC.get(name, ()))}
    for path, text in _strings(tree).items():
        if path.endswith(".role"):
            continue
        named = any(path == place or path.startswith((f"{place}.", f"{place}[")) for place in left)
        assert text in rendered or named, (
            f"{form}: {path} of {list(tree)} is in neither {rendered} nor {left}"
        )
