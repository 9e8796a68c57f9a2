"""What may be published of the names of models and datasets."""

import pytest

from parallelize.core.provenance import public_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("google/gemma-3-270m", "google/gemma-3-270m"),
        ("openai/gsm8k", "openai/gsm8k"),
        ("gpt-oss-20b", "gpt-oss-20b"),
        ("/home/someone/models/gemma/", "gemma"),
        ("~/models/gemma", "gemma"),
        ("./gemma", "gemma"),
        ("../private/rows.jsonl", "rows.jsonl"),
        ("", ""),
    ],
)
def test_folders_are_not_shown(name: str, shown: str) -> None:
    assert public_name(name) == shown
