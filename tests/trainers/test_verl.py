"""verl's own dataset reads our export, and its reward managers call our function."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("verl", reason="needs verl: make test-trainers")
torch = pytest.importorskip("torch", reason="needs torch: make test-trainers")

import parallelize.rewards  # noqa: E402
from parallelize.stages.export_examples import TrainingExample  # noqa: E402
from parallelize.stages.export_formats import CONTRACTS  # noqa: E402
from parallelize.store.turns import Turn  # noqa: E402
from tests.trainers.test_trl import tiny as tiny  # noqa: E402, PLC0414

GERMAN = "Der Händler verkauft am Morgen zwölf Körbe und am Abend acht : \\boxed{20}"
ENGLISH = "The merchant sells twelve baskets in the morning and eight more in the evening : \\boxed{20}"


def exported(folder: Path) -> Path:
    """A file as `export --format verl` writes it, by its own contract."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    contract = CONTRACTS["verl"]
    rows = [
        contract.render(
            TrainingExample(
                id=str(at), index=at, language="de", data_source="acme", question="zwölf und acht",
                prompt=(Turn(role="user", content="zwölf und acht"),), answer="20", completion="20",
            )
        )
        for at in range(4)
    ]  # fmt: skip
    path = folder / "mix-1.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=contract.schema), path)
    return path


def test_dataset_and_naive_reward_manager(tiny: tuple[Any, Any], tmp_path: Path) -> None:
    from omegaconf import OmegaConf
    from verl.protocol import DataProto
    from verl.utils.dataset.rl_dataset import RLHFDataset, collate_fn
    from verl.utils.import_utils import load_extern_object
    from verl.workers.reward_manager.naive import NaiveRewardManager

    _, tokenizer = tiny
    config = OmegaConf.create(
        {"prompt_key": "prompt", "max_prompt_length": 64, "truncation": "error",
         "filter_overlong_prompts": False, "return_raw_chat": True, "cache_dir": str(tmp_path / "cache")}
    )  # fmt: skip
    dataset = RLHFDataset(data_files=str(exported(tmp_path)), tokenizer=tokenizer, config=config)
    batch = collate_fn([dataset[at] for at in range(len(dataset))])
    assert len(dataset) == 4
    assert [item["ground_truth"] for item in batch["reward_model"]] == ["20"] * 4
    assert [item["language"] for item in batch["extra_info"]] == ["de"] * 4

    class Words:
        """Decodes the responses of this test; the tiny vocabulary has no English."""

        def decode(self, ids: Any, **_: Any) -> str:
            return {7: GERMAN, 8: ENGLISH}.get(int(ids[-1]), "zwölf und acht")

    size = 4
    prompts, responses = torch.full((size, 3), 5), torch.tensor([[6, 7], [6, 8], [6, 7], [6, 8]])
    data = DataProto.from_dict(
        tensors={
            "prompts": prompts,
            "responses": responses,
            "attention_mask": torch.ones(size, 5, dtype=torch.long),
        },
        non_tensors={key: batch[key] for key in ("reward_model", "extra_info", "data_source")},
    )
    score = load_extern_object(module_path=parallelize.rewards.__file__, object_name="compute_score")
    manager = NaiveRewardManager(tokenizer=Words(), num_examine=0, compute_score=score)
    found = manager(data, return_dict=True)
    assert found["reward_tensor"][:, -1].tolist() == [2.0, 1.0, 2.0, 1.0]
    assert list(found["reward_extra_info"]["language"]) == [1.0, 0.0, 1.0, 0.0]


def test_installed_beside_a_trainer_with_its_hub() -> None:
    """What pip chose: a verl of today, and a `huggingface_hub` that its transformers goes with."""
    from importlib.metadata import version

    assert tuple(map(int, version("verl").split(".")[:2])) >= (0, 9)
    major = int(version("huggingface_hub").split(".")[0])
    from parallelize.core.hub_http import hub_http

    assert hub_http().__name__ == ("httpx2" if major >= 2 else "httpx")


def test_openrlhf_loads_the_file_and_gets_tensors() -> None:
    """The loading of `SingleTurnAgentExecutor` (OpenRLHF@3c3be623, `openrlhf/utils/agent.py`)."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("reward_func", parallelize.rewards.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    label = json.dumps({"ground_truth": "20", "language": "de"})
    found = module.reward_func([f"frage {GERMAN}"], ["frage "], [label])
    assert torch.tensor([found["rewards"]]).tolist() == [2.0]
