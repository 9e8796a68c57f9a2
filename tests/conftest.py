"""What every test shares: the vLLM tests are left out where vLLM is not installed."""

from __future__ import annotations

import importlib.util

collect_ignore = [] if importlib.util.find_spec("vllm") else ["vllm"]
