"""Make a COMET checkpoint with random weights, to run the real library where no model can be fetched.

    comet-env/bin/python tests/engines/tiny_comet.py FOLDER

Its scores mean nothing. It is a reference-free regression model over an XLM-RoBERTa encoder of two layers,
with a tokenizer trained on the lines below. Then:

    PARALLELIZE_COMET_PYTHON=comet-env/bin/python \\
    PARALLELIZE_COMET_MODEL=FOLDER/checkpoints/model.ckpt pytest tests/engines/test_comet.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytorch_lightning
import torch
import yaml
from comet.models import ReferencelessRegression
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import XLMRobertaConfig, XLMRobertaTokenizerFast

LINES = [
    "The farmer sold twelve baskets of ripe apples at the market.",
    "How many of them were left in the evening?",
    "Der Bauer verkaufte auf dem Markt zwölf Körbe reifer Äpfel.",
    "Wie viele davon waren am Abend übrig?",
]
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def main(folder: Path) -> None:
    """Write `hparams.yaml`, `checkpoints/model.ckpt` and the encoder's configuration."""
    encoder = folder / "encoder"
    encoder.mkdir(parents=True, exist_ok=True)
    (folder / "checkpoints").mkdir(exist_ok=True)
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=120, special_tokens=SPECIAL, unk_token="<unk>")
    tokenizer.train_from_iterator(LINES, trainer)
    fast = XLMRobertaTokenizerFast(tokenizer_object=tokenizer)
    fast.save_pretrained(encoder)
    XLMRobertaConfig(
        vocab_size=len(fast),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=514,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    ).save_pretrained(encoder)
    torch.manual_seed(0)
    model = ReferencelessRegression(
        encoder_model="XLM-RoBERTa",
        pretrained_model=str(encoder),
        load_pretrained_weights=False,
        hidden_sizes=[32],
    )
    settings = {**model.hparams, "class_identifier": "referenceless_regression_metric"}
    (folder / "hparams.yaml").write_text(yaml.safe_dump(settings))
    torch.save(
        {
            "state_dict": model.state_dict(),
            "hyper_parameters": dict(model.hparams),
            "pytorch-lightning_version": pytorch_lightning.__version__,
            "epoch": 0,
            "global_step": 0,
            "loops": {},
        },
        folder / "checkpoints" / "model.ckpt",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
