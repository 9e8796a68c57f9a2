"""A tokenizer that a user names, to count tokens with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from parallelize.core.errors import EnvironmentFault, InputError
from parallelize.core.places import user_path

__all__ = ["open_tokenizer"]


def open_tokenizer(where: str) -> Callable[[str], int]:
    """Return a function that counts the tokens of a text, without control tokens.

    Args:
        where: a folder with `tokenizer.json`, such a file, or the id of a model on the Hub.

    Raises:
        InputError: there is no tokenizer, or it cannot be read.
        EnvironmentFault: the package `tokenizers` is missing, or the Hub cannot be asked.
    """
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise EnvironmentFault(
            "counting tokens needs the package tokenizers", remedy="pip install 'parallelize[tokenizer]'"
        ) from None
    path = user_path(where)
    if path.is_dir():
        path = path / "tokenizer.json"
    elif not path.exists():
        path = _from_hub(where)
    if not path.is_file():
        raise InputError(f"there is no {path}", remedy="name a folder with tokenizer.json, or a model id")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        if type(error) is Exception:  # the package raises nothing more specific
            raise InputError(f"{path} is no tokenizer: {error}") from error
        raise

    def count(text: str) -> int:
        return len(tokenizer.encode(text.encode("utf-8", "replace").decode(), add_special_tokens=False).ids)

    return count


def _from_hub(model: str) -> Path:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    name, _, revision = model.partition("@")
    try:
        return Path(hf_hub_download(name, "tokenizer.json", revision=revision or None))
    except HFValidationError:
        raise InputError(f"there is no tokenizer at {model}") from None
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise EnvironmentFault(
            f"the tokenizer of {model} is not here and the Hub gives none: {error}",
            remedy="name a folder with tokenizer.json",
        ) from error
