"""datatrove: JSON lines in, its fastText language filter, Parquet out, as its examples put them together."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.filters import LanguageFilter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import ParquetWriter
from datatrove.utils import lid
from fasttext.FastText import _FastText
from loguru import logger
from turns import take_turns

logger.remove()
MODEL = _FastText(os.environ["FASTTEXT_MODEL"])
lid.FastTextLID.model = property(lambda self: MODEL)  # loaded before the clock runs, and never copied


def work(path: Path) -> int:
    """Filter a file."""
    with tempfile.TemporaryDirectory() as folder:
        steps = [
            JsonlReader(str(path.parent), glob_pattern=path.name, text_key="target", id_key="id"),
            LanguageFilter(languages=["pt"]),
            ParquetWriter(f"{folder}/out"),
        ]
        LocalPipelineExecutor(steps, tasks=1, workers=1, logging_dir=f"{folder}/logs").run()
        import pyarrow.parquet as pq

        return sum(pq.read_metadata(file).num_rows for file in Path(folder, "out").glob("*.parquet"))


take_turns(work, load=lambda path: path)
