"""Prompts that translate: one place where requests are put into words and replies are read.

A profile is a small TOML file with a Jinja template. Shipped ones are in `profiles/`; a user's own
file has the same form and is rendered in the same sandbox. Text from a dataset never passes through
a template: the template holds a placeholder, and the text is put in as a data part afterwards.
"""

from parallelize.text.prompts.profile import (
    PROFILES,
    PromptProfile,
    ReplyForm,
    parse_profile,
    profile_of_model,
    shipped_profile,
)
from parallelize.text.prompts.render import PromptInput, RenderedPrompt, profile_digest, render
from parallelize.text.prompts.reply import Envelope, ReadReply, ReplyFault, envelope_for, read_reply

__all__ = [
    "PROFILES",
    "Envelope",
    "PromptInput",
    "PromptProfile",
    "ReadReply",
    "RenderedPrompt",
    "ReplyFault",
    "ReplyForm",
    "envelope_for",
    "parse_profile",
    "profile_digest",
    "profile_of_model",
    "read_reply",
    "render",
    "shipped_profile",
]
