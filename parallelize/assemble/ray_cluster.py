"""The Ray cluster that a runner names: connect to it, and what it has room for."""

from __future__ import annotations

from typing import Any

from parallelize.core.errors import EnvironmentFault

__all__ = ["connected", "first_line"]


def connected(address: str | None) -> Any:
    """The package ray, connected to a cluster.

    Args:
        address: of the cluster; None: the one that `RAY_ADDRESS` names, or one on this machine.

    Raises:
        EnvironmentFault: Ray is not installed, or there is no such cluster.
    """
    try:
        import ray
        import ray.exceptions
    except ImportError as error:
        raise EnvironmentFault(
            "the ray runner needs the package ray", remedy="pip install 'parallelize[ray]'"
        ) from error
    if not ray.is_initialized():
        try:
            ray.init(address=address, log_to_driver=False, configure_logging=False)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise EnvironmentFault(
                f"no Ray cluster at {address or 'this machine'}: {error}",
                remedy="start it, or give its address",
            ) from error
    return ray


def first_line(fault: Exception) -> str:
    """What went wrong, in a line."""
    lines = str(fault).strip().splitlines()
    return lines[0] if lines else type(fault).__name__
