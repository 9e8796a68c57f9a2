"""What vLLM is told of a recipe's options: which model exactly, how it is run, how it is sampled."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parallelize.core.engine_options import VllmModelOptions
from parallelize.core.errors import EnvironmentFault, InputError
from parallelize.core.hub_http import hub_http
from parallelize.core.places import user_path
from parallelize.core.provenance import digest_fields

__all__ = ["ModelIdentity", "engine_arguments", "identify_model", "sampling_arguments"]

_WHOLE_FILE_BYTES = 32 * 1024 * 1024
"""Files of a local model up to this size are digested whole, larger ones by their ends and their size."""
_END_BYTES = 1024 * 1024
_MODEL_FILES = ("*.json", "*.jinja", "*.model", "*.safetensors", "*.bin", "*.gguf", "*.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelIdentity:
    """A model that is pinned."""

    name: str
    """Name on the hub, or `sha256:…` of a local folder's files."""
    revision: str
    """Commit on the hub; empty for a local folder."""
    location: str
    """What to load: the name, or the folder."""


def identify_model(model: str, revision: str | None = None) -> ModelIdentity:
    """Pin a model: a local folder by a digest of its files, a name by the commit that it stands for now.

    Raises:
        InputError: a local path is no folder with a model.
        EnvironmentFault: the hub cannot be asked and the model is not in its local cache.
    """
    folder = user_path(model)
    if folder.is_dir():
        return ModelIdentity(name=f"sha256:{_digest_folder(folder)}", revision="", location=str(folder))
    if model.startswith((".", "/", "~")) or model.count("/") > 1:
        raise InputError(f"there is no model folder {model}")
    return ModelIdentity(name=model, revision=_commit(model, revision), location=model)


def _digest_folder(folder: Path) -> str:
    files = sorted({path for pattern in _MODEL_FILES for path in folder.glob(pattern)})
    if not any(path.name == "config.json" for path in files):
        raise InputError(f"{folder} holds no config.json", remedy="name the folder of a model")
    fields = []
    for path in files:
        size = path.stat().st_size
        with path.open("rb") as stream:
            if size <= _WHOLE_FILE_BYTES:
                digest = hashlib.file_digest(stream, "sha256")
            else:
                digest = hashlib.sha256(stream.read(_END_BYTES))
                stream.seek(-_END_BYTES, 2)
                digest.update(stream.read())
        fields.append(f"{path.name}:{size}:{digest.hexdigest()}".encode())
    return digest_fields(fields).hex()


def _commit(model: str, revision: str | None) -> str:
    from huggingface_hub import HfApi, try_to_load_from_cache
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled

    try:
        found = HfApi().model_info(model, revision=revision).sha
        if found:
            return str(found)
    except HFValidationError as fault:
        raise InputError(f"{model!r} is no name of a model: {fault}") from fault
    except (HfHubHTTPError, OfflineModeIsEnabled, hub_http().HTTPError, OSError):
        pass
    cached = try_to_load_from_cache(model, "config.json", revision=revision or "main")
    if isinstance(cached, str):
        return Path(cached).parent.name
    raise EnvironmentFault(
        f"the model {model} is not here and the hub cannot be asked",
        remedy="check the name and HF_TOKEN, or give a local folder",
    )


def engine_arguments(
    options: VllmModelOptions, model: ModelIdentity, tokenizer: ModelIdentity
) -> dict[str, Any]:
    """Arguments of vLLM's `AsyncEngineArgs`. Code from the model's repository is never run."""
    arguments: dict[str, Any] = {
        "model": model.location,
        "revision": model.revision or None,
        "tokenizer": tokenizer.location,
        "tokenizer_revision": tokenizer.revision or None,
        "trust_remote_code": False,
        "dtype": options.dtype,
        "quantization": options.quantization,
        "kv_cache_dtype": options.kv_cache_dtype,
        "seed": options.seed,
        "max_model_len": options.max_model_len,
        "tensor_parallel_size": options.tensor_parallel_size,
        "data_parallel_size": options.data_parallel_size,
        "gpu_memory_utilization": options.gpu_memory_utilization,
        "max_num_seqs": options.max_num_seqs,
        "max_num_batched_tokens": options.max_num_batched_tokens,
        "enforce_eager": options.enforce_eager,
        "enable_prefix_caching": options.enable_prefix_caching,
        # Replies are read whole; what comes before is only a sign of life.
        "stream_interval": 64,
        "disable_log_stats": True,
        "enable_log_requests": False,
        "generation_config": "vllm",  # sampling is what the recipe says, not what a model file says
    }
    if options.extra_engine.get("trust_remote_code"):
        raise InputError("trust_remote_code cannot be switched on: it runs code from the model's repository")
    for name in options.extra_engine:
        if name in arguments:
            raise InputError(
                f"engine.extra_engine.{name}: this program sets it itself",
                remedy="use the engine's own option, if there is one",
            )
    arguments |= options.extra_engine
    return {name: value for name, value in arguments.items() if value is not None}


def sampling_arguments(options: VllmModelOptions) -> dict[str, Any]:
    """Sampling as the fingerprint records it."""
    return {
        "temperature": options.temperature,
        "top_p": options.top_p,
        "top_k": options.top_k,
        "min_p": options.min_p,
        "repetition_penalty": options.repetition_penalty,
        "seed": options.seed,
        "max_output_tokens": options.max_output_tokens,
        "repetition_pattern_tokens": options.repetition_pattern_tokens,
        "repetition_count": options.repetition_count,
    }
