"""Checks of a data set card's metadata, after the Hub's documented rules."""

from __future__ import annotations

import re
from typing import Any

import yaml

_BLOCK = re.compile(r"\A\s*---\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
LICENSES = {
    *(
        "apache-2.0",
        "mit",
        "cc-by-4.0",
        "cc-by-sa-4.0",
        "cc-by-nc-4.0",
        "cc-by-nc-sa-4.0",
        "cc0-1.0",
        "odc-by",
    ),
    *("openrail", "gpl-3.0", "bsd-3-clause", "cc-by-sa-3.0", "pddl", "unknown", "other"),
}
SIZES = {
    *("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B"),
    *("10B<n<100B", "100B<n<1T", "n>1T"),
}
TASKS = {"text-generation", "translation", "question-answering", "text-classification", "other"}
_CONFIG_NAME = re.compile(r"[^<>:/\\|?*]+")
_SPLIT = re.compile(r"\w+(\.\w+)*")


def errors_and_warnings(readme: str) -> tuple[list[str], list[str]]:
    """What the Hub has to say about a README.md: errors refuse the commit, warnings do not."""
    match = _BLOCK.match(readme)
    if match is None:
        return [], ["empty or missing yaml metadata in repo card"]
    try:
        data = yaml.safe_load(match.group(1))
    except yaml.YAMLError as error:
        return [f"invalid YAML: {error}"], []
    if not isinstance(data, dict):
        return ["metadata must be a mapping"], []
    return list(_errors(data)), []


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _errors(data: dict[str, Any]) -> list[str]:
    errors = [
        f'"language[{i}]" must be an ISO 639-1, 639-2 or 639-3 code (two/three letters): {code!r}'
        for i, code in enumerate(_listed(data.get("language")))
        if not isinstance(code, str)
        or (not re.fullmatch(r"[a-z]{2,3}", code) and code not in {"code", "multilingual"})
    ]
    errors += [
        f'"license" is not a known license: {v!r}' for v in _listed(data.get("license")) if v not in LICENSES
    ]
    if data.get("license") == "other" and not isinstance(data.get("license_name"), str):
        errors.append('"license_name" is required with license "other"')
    for key, allowed in (("size_categories", SIZES), ("task_categories", TASKS)):
        errors += [
            f'"{key}" does not know {value!r}' for value in _listed(data.get(key)) if value not in allowed
        ]
    for key in ("pretty_name",):
        if key in data and not isinstance(data[key], str):
            errors.append(f'"{key}" must be a string')
    errors += ['"tags" must be strings' for tag in _listed(data.get("tags")) if not isinstance(tag, str)]
    errors += [
        '"source_datasets" must be strings'
        for s in _listed(data.get("source_datasets"))
        if not isinstance(s, str)
    ]
    return errors + _config_errors(data.get("configs"))


def _config_errors(configs: Any) -> list[str]:
    errors: list[str] = []
    names: list[Any] = []
    for config in _listed(configs):
        name = config.get("config_name") if isinstance(config, dict) else None
        if not isinstance(name, str) or not _CONFIG_NAME.fullmatch(name):
            errors.append(f'"configs.config_name" is not a valid name: {name!r}')
            continue
        names.append(name)
        for item in _listed(config.get("data_files")):
            split, paths = item.get("split"), _listed(item.get("path"))
            if not isinstance(split, str) or not _SPLIT.fullmatch(split):
                errors.append(f'"configs.{name}" has an invalid split: {split!r}')
            if not paths or not all(isinstance(path, str) for path in paths):
                errors.append(f'"configs.{name}" has no paths')
    if len(set(names)) != len(names):
        errors.append('"configs" names are not unique')
    if sum(config.get("default") is True for config in _listed(configs) if isinstance(config, dict)) > 1:
        errors.append('"configs" has more than one default')
    return errors
