"""Which rows a report shows: every kind of fate, both sides of a gate, the same each time."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.report.judged import JudgedRows
from parallelize.report.rows import within_budget
from parallelize.report.samples import choose_rows
from parallelize.store.coverage import Fates, id_key

BOUNDS = {"back_chrf": 40.0, "protected_faults": 0.0, "length_deviation": None}


def rows(chrf: list[float | None], faults: list[int]) -> JudgedRows:
    values = np.array([np.nan if value is None else value for value in chrf])
    broken = np.array(faults, dtype=float)
    reasons = [
        [*(["protected"] if fault else []), *(["back_translation"] if value < 40 else [])]
        for value, fault in zip(values, broken, strict=True)
    ]
    fates = ["+".join(item) or "kept" for item in reasons]
    names = sorted(set(fates))
    return JudgedRows(
        keys=np.array([id_key(f"id-{place}") for place in range(len(chrf))], dtype=np.uint64),
        fates=Fates(names=names, codes=np.array([names.index(fate) for fate in fates], dtype=np.int32)),
        scores={"back_chrf": values, "protected_faults": broken, "length_deviation": values * 0},
    )


SCORE = st.none() | st.floats(0, 100)


@given(st.lists(st.tuples(SCORE, st.sampled_from([0, 0, 0, 1, 2])), min_size=1, max_size=200))
@settings(max_examples=60)
def test_every_kind_is_shown_and_nothing_twice(table: list[tuple[float | None, int]]) -> None:
    judged = rows([chrf for chrf, _ in table], [faults for _, faults in table])
    chosen = choose_rows(judged, BOUNDS)
    places = [choice.row for choice in chosen]
    assert len(set(places)) == len(places)
    shown = {kind for choice in chosen for kind in choice.why}
    assert ("kept" in shown) == bool(judged.fates.kept.any())
    for reason in ("protected", "back_translation"):
        assert (reason in shown) == any(reason in judged.fates.names[code] for code in judged.fates.codes)
    for choice in chosen:
        for kind in choice.why:
            if kind == "kept" or kind.startswith("just kept"):
                assert judged.fates.kept[choice.row]
            if kind == "just dropped: back_chrf":
                assert judged.scores["back_chrf"][choice.row] < 40
    assert chosen == choose_rows(judged, BOUNDS)


def test_the_nearest_rows_of_both_sides() -> None:
    judged = rows([float(value) for value in range(100)], [0] * 100)
    near = {kind: [] for kind in ("just kept: back_chrf", "just dropped: back_chrf")}  # type: ignore[var-annotated]
    for choice in choose_rows(judged, BOUNDS):
        for kind in choice.why:
            if kind in near:
                near[kind].append(choice.row)
    assert sorted(near["just kept: back_chrf"]) == [40, 41, 42, 43]
    assert sorted(near["just dropped: back_chrf"]) == [36, 37, 38, 39]


def test_a_kept_row_without_any_fault_is_near_to_no_gate() -> None:
    kinds = {kind for choice in choose_rows(rows([90.0] * 9, [0] * 9), BOUNDS) for kind in choice.why}
    assert "just kept: protected_faults" not in kinds


def test_languages_show_the_same_ids_by_chance() -> None:
    one, other = rows([90.0] * 500, [0] * 500), rows([80.0] * 500, [0] * 500)
    assert [c.row for c in choose_rows(one, {})] == [c.row for c in choose_rows(other, {})]


def test_samples_stop_at_their_budget() -> None:
    many = [{"text": "x" * 1_000} for _ in range(50)]
    assert len(within_budget(many, 10_500)) == 10
