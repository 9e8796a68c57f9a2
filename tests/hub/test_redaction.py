"""Credentials do not get through, whatever shape they have."""

from __future__ import annotations

import io
import logging

import pytest

from parallelize.hub.redaction import Redactor, redacted_logging

SECRET = "s3cr3t-value-of-mine"


@pytest.mark.parametrize(
    "text",
    [
        f"plain {SECRET} here",
        "token hf_" + "a1B2" * 9,
        "org api_org_" + "x" * 30,
        "key sk-proj-" + "abcd_" * 6,
        "github ghp_" + "a" * 36,
        "Authorization: Bearer abc.def-123",
        "(b'authorization', b'Bearer abcdef123')",
        "https://s3/x?X-Amz-Signature=abcdef&X-Amz-Credential=AKIA%2F1&part=2",
        "https://cdn/x?Expires=1&Signature=a~b-c&Key-Pair-Id=K1",
        "https://hub/x?access_token=abcdef",
    ],
)
def test_what_is_hidden(text: str) -> None:
    clean = Redactor([SECRET, None, "", "short"]).text(text)
    for hidden in (SECRET, "a1B2a1B2", "xxxxxx", "abcd_abcd", "aaaaaaa", "abc.def", "abcdef", "AKIA", "a~b"):
        assert hidden not in clean
    assert "<redacted>" in clean


@pytest.mark.parametrize("text", ["part=2 of short", "hf_hub", "sk-learn", "https://x/y?part=2"])
def test_what_is_left_alone(text: str) -> None:
    assert Redactor([SECRET, "short"]).text(text) == text


def test_lines_with_credentials_are_found() -> None:
    redactor = Redactor([SECRET])
    assert redactor.find(f"a\nb {SECRET}\n") == 2
    assert redactor.find("a: hf_" + "q" * 34) == 1
    assert redactor.find("nothing hf_hub here") is None


def test_log_records_are_clean_in_every_handler() -> None:
    stream = io.StringIO()
    logger = logging.getLogger("a.library.of.others")
    logger.propagate = False
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        with redacted_logging(Redactor([SECRET])):
            logger.debug("sent %s and %d", SECRET, 3)
            logger.warning("a %s too many")
            try:
                raise ValueError(f"bad header {SECRET}")
            except ValueError:
                logger.exception("failed")
        logger.info("after %s", "all")
    finally:
        logger.removeHandler(handler)
    text = stream.getvalue()
    assert SECRET not in text
    assert "sent <redacted> and 3" in text
    assert "ValueError: bad header <redacted>" in text
    assert "a %s too many" in text
    assert "after all" in text
