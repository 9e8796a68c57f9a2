"""What a recipe may not decide by itself, because it may be someone else's: what runs here, and secrets.

A program, a script or a file with code in it (a checkpoint of PyTorch is one) is named by the environment of
the person who runs the recipe. A recipe that names the same is fine; one that names another is refused.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

from parallelize.core.errors import InputError
from parallelize.core.secrets import secret_fields

__all__ = ["COMET_MODEL", "COMET_PYTHON", "refuse_untrusted"]

COMET_PYTHON = "PARALLELIZE_COMET_PYTHON"
"""Environment variable with the interpreter that has `unbabel-comet`."""
COMET_MODEL = "PARALLELIZE_COMET_MODEL"
"""Environment variable with a COMET checkpoint that is not Unbabel's own."""
_KNOWN_CHECKPOINTS = re.compile(r"Unbabel/[A-Za-z0-9][\w.\-]*")
_CODE = re.compile(
    r"""
    _cls$ | _class$ | _qualname$                # a class by its import path
    | plugin | module | hook                    # files and packages with code
    | logits_processors | connector             # import paths in vLLM
    | ^distributed_executor_backend$            # a backend, or a class by its import path
    | ^backend$ | (?:^|_)pass(?:es)?$           # of compilation_config: callables by their import path
    | trust_remote_code | pickle | ^runner_cls
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Arguments of vLLM that name code."""


def refuse_untrusted(
    recipe: Mapping[str, object], *, where: str, environment: Mapping[str, str] | None = None
) -> None:
    """Refuse a recipe file that names something to run, or holds a key.

    Args:
        recipe: its nested tables, before options of the command line are put in.
        where: how to name it in messages.
        environment: None for that of this process.

    Raises:
        InputError: naming the field and what to do.
    """
    known = os.environ if environment is None else environment
    secret = next(secret_fields(recipe), None)
    if secret is not None:
        raise InputError(
            f"{where}: {secret} looks like a key; keys belong in the environment",
            remedy="take it out, revoke it if it was shared, and name its variable: api_key_env = 'NAME'",
        )
    for field, value, variable in _programs(recipe):
        if known.get(variable) != value:
            raise InputError(
                f"{where}: {field} = {value!r} names something to run here, which a recipe alone may not",
                remedy=f"if you trust it, run with {variable}={value} in the environment",
            )
    code = next(_code_names(recipe), None)
    if code is not None:
        raise InputError(
            f"{where}: {code} names code to run here, which a recipe may not",
            remedy="start vLLM's server with it yourself, and use the engine openai with its address",
        )


def _programs(recipe: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    """(field, what it names, variable that allows it) of everything in a recipe that would be run."""
    comet = _table(_table(recipe, "scorers"), "comet")
    python, model = comet.get("python"), comet.get("model")
    if isinstance(python, str) and python:
        yield "scorers.comet.python", python, COMET_PYTHON
    if isinstance(model, str) and not _KNOWN_CHECKPOINTS.fullmatch(model):
        yield "scorers.comet.model", model, COMET_MODEL


def _table(tables: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = tables.get(name)
    return found if isinstance(found, Mapping) else {}


def _code_names(table: Mapping[str, object], path: str = "", *, inside: bool = False) -> Iterator[str]:
    """Fields within `extra_engine` tables that name code."""
    for name, value in table.items():
        place = f"{path}.{name}" if path else str(name)
        if inside and _CODE.search(str(name)) and value not in (None, False):
            yield place
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(item, Mapping):
                here = f"{place}.{index}" if isinstance(value, list) else place
                yield from _code_names(item, here, inside=inside or name == "extra_engine")
