"""NeMo Curator's `TextQualityMetricStage` on back-translations: sentence BLEU and chrF."""

from __future__ import annotations

from typing import Any

import pandas as pd
from nemo_curator.stages.text.experimental.translation.evaluation.text_quality import TextQualityMetricStage
from nemo_curator.tasks import DocumentBatch
from turns import take_turns

STAGE = TextQualityMetricStage(
    reference_text_field="source",
    hypothesis_text_field="back",
    metrics=[{"type": "sacrebleu", "threshold": 20.0}, {"type": "chrf", "threshold": 40.0}],
)


def work(rows: list[dict[str, Any]]) -> int:
    """Score a batch of documents."""
    batch = DocumentBatch(dataset_name="rows", data=pd.DataFrame(rows))
    return int(STAGE.process(batch).to_pandas()[STAGE.pass_column].sum())


take_turns(work)
