"""Three steps of a real `PRMTrainer` on a file of the form `trl-prm`, by a TRL that has one (`run.sh`)."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

prm = pytest.importorskip("trl.experimental.prm", reason="needs a TRL with PRMTrainer: make test-trainers")

from parallelize.stages.export_examples import TrainingExample  # noqa: E402
from parallelize.stages.export_formats import CONTRACTS  # noqa: E402
from parallelize.store.turns import Turn  # noqa: E402
from tests.trainers.test_trl import tiny as tiny  # noqa: E402, PLC0414


def exported(folder: Path) -> Path:
    """A file as `export --format trl-prm` writes it, by its own contract."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    contract = CONTRACTS["trl-prm"]
    rows = [
        contract.render(
            TrainingExample(
                id=str(at), index=at, language="de", data_source="acme", question="zwölf und acht",
                prompt=(Turn(role="user", content="zwölf und acht"),), answer="20", completion="20",
                steps=("Der Händler verkauft zwölf", "und am Abend acht", "zwanzig")[: at + 1],
                verdicts=(True, at % 2 == 0, False)[: at + 1],
            )
        )
        for at in range(3)
    ]  # fmt: skip
    path = folder / "mix-1.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=contract.schema), path)
    return path


def test_prm_trainer_takes_three_steps_on_our_file(tiny: tuple[Any, Any], tmp_path: Path) -> None:
    from datasets import Dataset
    from transformers import Qwen2ForTokenClassification

    causal, tokenizer = tiny
    model = Qwen2ForTokenClassification(causal.config)
    rows = Dataset.from_parquet(str(exported(tmp_path)), cache_dir=str(tmp_path / "cache"))
    assert [len(row["completions"]) for row in rows] == [len(row["labels"]) for row in rows] == [1, 2, 3]
    trainer = prm.PRMTrainer(
        model=model,
        processing_class=tokenizer,
        train_dataset=rows,
        args=prm.PRMConfig(
            output_dir=str(tmp_path), max_steps=3, per_device_train_batch_size=3, report_to=[], use_cpu=True,
            logging_steps=1, save_strategy="no", disable_tqdm=True, bf16=False, step_separator=" ",
        ),
    )  # fmt: skip
    judged = [[label for label in row["labels"] if label != -100] for row in trainer.train_dataset]
    assert judged == [[1], [1, 0], [1, 1, 0]]  # each verdict stands at the end of its step
    trainer.train()
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    assert len(losses) == 3
    assert all(math.isfinite(float(loss)) for loss in losses)
