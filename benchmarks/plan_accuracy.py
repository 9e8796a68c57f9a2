"""How near a plan comes to the build that follows: pilot first, then the whole build, no reply shared.

    python benchmarks/plan_accuracy.py --source ../shared/data/gsm8k/train.jsonl --limit 600 --rows 32

Prints each figure of the plan beside what the build took, with the embedded engine into Portuguese and back.
The engine's speed depends on what else the machine does; words, calls and kept rows do not.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from build_speed import Quiet

from parallelize.assemble.build import build
from parallelize.assemble.plan import plan
from parallelize.core.recipe import parse_recipe
from parallelize.stages.planning import Range


def main() -> None:
    """Plan, build, compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--source", required=True)
    parser.add_argument("--limit", type=int, default=600)
    parser.add_argument("--rows", type=int, default=32)
    options = parser.parse_args()
    recipe = parse_recipe(
        {
            "source": {"path": options.source, "limit": options.limit},
            "langs": ["pt"],
            "engine": {"name": "bergamot", "offline": True},
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        planned = plan(recipe, Path(folder) / "planned", Quiet(), rows=options.rows)
        summary = build(recipe, Path(folder) / "built", Quiet())
        run = Path(folder) / "built"
        measured = json.loads((run / "measurements.json").read_text())["engines"]["bergamot"]
        used = sum(path.stat().st_size for path in run.rglob("*") if path.is_file())
    language, part = planned.languages[0], summary.languages["pt"]
    there, back = (item.source_words for item in language.directions)
    _line("words sent, forward", there, part.work.forward.source_words)
    _line("words sent, back", back, part.work.back.source_words)
    _line("calls", language.directions[0].calls, part.work.forward.calls)
    _line("share kept", language.kept_share, part.kept / part.rows_in)
    _line("bytes on disk", _sum(planned.memory_bytes, planned.run_bytes), used)
    _line("engine hours", planned.gpu_hours, measured["gpu_hours"])


def _sum(one: Range | None, other: Range | None) -> Range | None:
    return None if one is None or other is None else one + other


def _line(name: str, planned: Range | None, real: float) -> None:
    if planned is None:
        print(f"{name:<20} not planned; {real:,.4g}")
        return
    inside = "inside" if planned.low <= real <= planned.high else "outside"
    print(
        f"{name:<20} planned {planned.mid:,.5g} ({planned.low:,.5g} to {planned.high:,.5g}), "
        f"took {real:,.5g}: {real / planned.mid:.3f} of the plan, {inside}"
    )


if __name__ == "__main__":
    main()
