"""The planted replies are what they claim to be, as far as reading a reply can tell."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from parallelize.core.ports import FinishReason
from parallelize.core.verdicts import Reason
from parallelize.text.prompts import envelope_for, read_reply, shipped_profile

FILE = Path(__file__).with_name("planted_replies.jsonl")
ROWS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def test_the_file_is_what_its_generator_writes() -> None:
    made = subprocess.run(
        [sys.executable, FILE.with_name("make_planted_replies.py")], capture_output=True, check=True
    )
    assert made.stdout.decode() == FILE.read_text(encoding="utf-8")


def test_there_are_enough_of_them() -> None:
    assert len(ROWS) == len({row["id"] for row in ROWS})
    assert sum(row["expected"] != "ok" for row in ROWS) >= 300
    assert sum(row["expected"] == "ok" for row in ROWS) >= 100
    assert len({row["target_language"] for row in ROWS}) >= 8
    assert min(Counter(row["target_language"] for row in ROWS).values()) >= 30


def test_reasons_and_finishes_are_known() -> None:
    for row in ROWS:
        assert FinishReason(row["finish"])
        assert row["accept"] == [] if row["expected"] == "ok" else row["expected"] in row["accept"]
        assert all(Reason(reason) for reason in row["accept"])
        assert (row["expected"] == "engine") == (row["finish"] != "stop")


def test_reading_a_reply_finds_every_envelope_fault_and_no_other() -> None:
    profile = shipped_profile("instruct")
    for row in ROWS:
        if row["finish"] == "stop":
            read = read_reply(profile, row["reply"], envelope=envelope_for(row["source"]))
            assert (read.text is None) == (row["expected"] == "envelope"), row["id"]
