"""How far a figure of a scaling law can be off: item noise and training noise of its points together.

The points y_i = law(n_i) + s_i + u_i. The s_i is luck with items that the models share; its covariance is
known from the bootstrap over items. The u_i is what each model has by itself, item noise and training noise
alike, of one variance σ² that only the scatter of the points around the law can tell, with few degrees of
freedom. A figure is a direction c over the points. Its half width adds both in squares,

    h² = q² · σ̂² · c'c  +  z² · max(0, c'Σc - σ₀² · c'c)

with σ̂² = residual sum of squares / degrees, Σ the covariance of item noise, σ₀² the part of Σ that is in the
residuals (its expectation there), and z the normal quantile: variances are recovered as by Zou and Donner
(2008, Statistics in Medicine 27:1693), and q is such that the interval covers at its level when the noise is
as it was found, σ² the larger of σ̂² and σ₀². Without a shared part q is the quantile of Student's t. Training
noise is the difference σ² - σ₀² and never needs a name: σ̂² holds both, and is not held at σ₀² or above,
which would make intervals too long where there is no training noise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from parallelize.metrics.power_law import PowerFit, Space
from parallelize.metrics.statistics import normal_quantile, t_quantile

__all__ = ["PointNoise", "item_covariance"]

Array = NDArray[np.float64]

_NONE = 1e-9
"""A share that only rounding makes."""
_DRAWS = 40_000
"""Draws for a quantile that has no closed form; off by 2 % with one degree of freedom, 0.5 % with five."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointNoise:
    """Noise of the points that a law was fitted to, and of others beside them."""

    own: float
    """σ̂²: variance that a point has by itself, item noise and training noise, in the space of the fit."""
    degrees: int
    """Degrees of freedom that tell it: fitted points - 2."""
    left: Array
    """Residual maker over all points, 0 for those that were not fitted: shape (points, points)."""
    shared: Array
    """Covariance of item noise without what is in `own`, in the same space: shape (points, points)."""
    least: float
    """σ₀²: the part of `own` that item noise alone leads one to expect; 0 where it is not known."""

    @classmethod
    def around(cls, power: PowerFit, fitted: NDArray[np.bool_], items: Array | None = None) -> PointNoise:
        """Noise around a law.

        Args:
            power: the law.
            fitted: which of all points it was fitted to, shape (points,).
            items: covariance of their item noise, shape (points, points); `None` where it is not known.
        """
        left = np.zeros((len(fitted), len(fitted)))
        left[np.ix_(fitted, fitted)] = power.residual_maker
        known = np.zeros_like(left) if items is None else items
        least = max(0.0, float(np.trace(left @ known)) / power.degrees)
        return cls(
            own=power.residual_variance,
            degrees=power.degrees,
            left=left,
            shared=known - np.eye(len(fitted)) * least,
            least=least,
        )

    def half_width(self, direction: Array, level: float) -> float:
        """Half width of the interval of `direction` (shape (points,)) over the points."""
        length = float(direction @ direction)
        if not length:
            return 0.0
        by_item = max(0.0, float(direction @ self.shared @ direction))
        inside = min(1.0, max(0.0, float(direction @ self.left @ direction) / length))
        plausible = max(self.own, self.least) * length
        normal = normal_quantile((1 + level) / 2)
        if not plausible:  # the points lie on the law, and there are no items
            return normal * math.sqrt(by_item)
        if inside < _NONE and by_item < _NONE * plausible:
            quantile = t_quantile((1 + level) / 2, self.degrees)
        else:
            quantile = _quantile(inside, by_item / plausible, self.degrees, level)
        return math.sqrt(quantile**2 * self.own * length + normal**2 * by_item)


def _quantile(inside: float, shared: float, degrees: int, level: float) -> float:
    """The q of this module, for a figure of unit length and noise of its own of unit variance.

    Args:
        inside: the part of the figure's own variance that is in the residuals too.
        shared: variance by items that the models share.
        degrees: of freedom.
        level: nominal coverage.
    """
    along, across, beside, squares = _draws(degrees)
    figure = math.sqrt(inside) * along + math.sqrt(1 - inside) * across + math.sqrt(shared) * beside
    held = normal_quantile((1 + level) / 2) ** 2 * shared
    return math.sqrt(max(0.0, float(np.quantile((figure**2 - held) / squares, level))))


@lru_cache(maxsize=8)
def _draws(degrees: int) -> tuple[Array, Array, Array, Array]:
    """Normal draws along one direction of the residuals, across and beside them, and their mean square."""
    rng = np.random.default_rng(degrees)
    along, across, beside = rng.standard_normal((3, _DRAWS))
    rest = rng.chisquare(degrees - 1, _DRAWS) if degrees > 1 else np.zeros(_DRAWS)
    return along, across, beside, (along**2 + rest) / degrees


def item_covariance(resampled: Array, space: Space) -> Array:
    """Covariance of item noise from accuracies in resamples, shape (resamples, points); in `space`."""
    usable = np.all(np.isfinite(resampled), axis=1)
    if space == "log":
        usable &= np.all(resampled > 0, axis=1)
    rows = resampled[usable]
    return np.atleast_2d(np.cov(np.log(rows) if space == "log" else rows, rowvar=False))
