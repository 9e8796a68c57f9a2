"""Licences as the Hub writes them."""

from __future__ import annotations

import re

__all__ = ["HUB_LICENSES", "license_metadata"]

_IDENTIFIERS = """
afl-3.0 agpl-3.0 apache-2.0 apple-amlr apple-ascl artistic-2.0 bigcode-openrail-m
bigscience-bloom-rail-1.0 bigscience-openrail-m bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear bsl-1.0
c-uda cc cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nc-nd-3.0
cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cc-by-nd-4.0 cc-by-sa-3.0 cc-by-sa-4.0
cc0-1.0 cdla-permissive-1.0 cdla-permissive-2.0 cdla-sharing-1.0 creativeml-openrail-m
deepfloyd-if-license ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2 gemma gfdl gpl gpl-2.0
gpl-3.0 h-research intel-research isc lgpl lgpl-2.1 lgpl-3.0 lgpl-lr llama2 llama3 llama3.1 llama3.2
llama3.3 llama4 lppl-1.3c mit mpl-2.0 ms-pl ncsa odbl odc-by ofl-1.1 open-mdw openrail openrail++ osl-3.0
pddl postgresql unknown unlicense wtfpl zlib
"""
HUB_LICENSES = frozenset(_IDENTIFIERS.split())
"""Identifiers that the Hub knows (https://huggingface.co/docs/hub/repositories-licenses)."""


def license_metadata(license_name: str | None) -> dict[str, str]:
    """Return the metadata for a licence: its identifier, or `other` with a name.

    Args:
        license_name: as the user gave it; None gives no metadata.
    """
    if license_name is None or not license_name.strip():
        return {}
    identifier = re.sub(r"\s+", "-", license_name.strip().lower())
    if identifier in HUB_LICENSES:
        return {"license": identifier}
    named = re.sub(r"[^a-z0-9.]+", "-", identifier).strip("-") or "custom"
    return {"license": "other", "license_name": named}
