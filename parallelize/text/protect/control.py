"""Look-alikes of the control tokens of language models, and how to take them apart."""

from __future__ import annotations

import re

__all__ = ["CONTROL", "INSTRUCTION", "disarm"]

CONTROL = r"""
  <\|(?:start|channel|constrain|start_header_id|im_start)\|>[\w .:=-]{1,48}(?=<\||\n)  # and who speaks
| <\|[^<>|\n]{1,64}\|>                          # <|im_end|>
| <start_of_turn>(?:user|model)\b                # and who speaks
| <｜[^<>｜\n]{1,64}｜>                            # <｜User｜>
| </?(?:s|think|bos|eos|pad|unk|mask|cls|sep|image
      |start_of_turn|end_of_turn|tool_call|tool_response|begin_of_text|end_of_text)>
| <</?SYS>>
"""
"""In verbose form."""
INSTRUCTION = re.compile(r"\[/?INST\]|\[\|\w{1,16}\|\]")
"""`[INST]`, `[|Human|]`."""
_LOOK_ALIKE = re.compile(rf"{CONTROL}|{INSTRUCTION.pattern}", re.VERBOSE)


def disarm(text: str) -> str:
    """The text with a zero-width space inside every look-alike of a control token.

    For servers that tokenise prompts with control tokens parsed: it reads the same and controls nothing.
    """
    return _LOOK_ALIKE.sub(lambda match: f"{match[0][0]}\u200b{match[0][1:]}", text)
