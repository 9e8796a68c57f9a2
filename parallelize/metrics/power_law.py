"""Least squares for y = α·n^β in (log α, β): the arithmetic under `metrics.scaling`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["PowerFit", "Space", "least_squares"]

Array = NDArray[np.float64]
Space = Literal["accuracy", "log"]

_MAX_STEPS = 100
_TOLERANCE = 1e-12
_START_FLOOR = 1e-6
"""A point of 0 has no logarithm; the non-linear fit starts from the line through this instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerFit:
    """The least-squares law through one set of points."""

    x: Array
    """log n, shape (points,)."""
    y: Array
    """Observed values, shape (points,); above 0 in "log" space."""
    space: Space
    """Where squares are minimised."""
    theta: Array
    """(log α, β)."""

    @classmethod
    def through(cls, x: Array, y: Array, space: Space) -> PowerFit:
        """Fit; `x` needs two different values, and "log" space positive `y`."""
        return cls(x=x, y=y, space=space, theta=least_squares(x, y[None, :], space)[0])

    def values(self, x: Array) -> Array:
        """α·n^β at log n = `x`."""
        return np.asarray(np.exp(self.theta[0] + self.theta[1] * x))

    @property
    def residuals(self) -> Array:
        """Observed minus fitted, in `space`."""
        fitted = self.values(self.x)
        return np.log(self.y) - np.log(fitted) if self.space == "log" else self.y - fitted

    @property
    def design(self) -> Array:
        """Derivatives of the fitted values, in `space`, with respect to (log α, β): shape (points, 2)."""
        columns = np.stack([np.ones_like(self.x), self.x], axis=1)
        return columns if self.space == "log" else columns * self.values(self.x)[:, None]

    @property
    def degrees(self) -> int:
        """Degrees of freedom of the residuals: points - 2."""
        return len(self.y) - 2

    @property
    def residual_variance(self) -> float:
        """Residual sum of squares over degrees of freedom, in `space`."""
        return float(np.sum(self.residuals**2)) / self.degrees

    @property
    def weights(self) -> Array:
        """How (log α, β) move with each point, linearised at the fit: shape (2, points)."""
        design = self.design
        return np.asarray(np.linalg.inv(design.T @ design) @ design.T)

    @property
    def residual_maker(self) -> Array:
        """The matrix that leaves of any noise what the fit does not take up: shape (points, points)."""
        return np.eye(len(self.y)) - self.design @ self.weights

    @property
    def r_squared(self) -> float | None:
        """1 - residual/total sum of squares in `space`; `None` when all points are equal."""
        values = np.log(self.y) if self.space == "log" else self.y
        if np.ptp(values) == 0:
            return None
        return 1 - float(np.sum(self.residuals**2) / np.sum((values - values.mean()) ** 2))

    def unexplained(self, noise: Array) -> Array:
        """Sum of squares that the fit leaves of each row of `noise` (shape (rows, points), in `space`)."""
        return np.asarray(np.sum((noise @ self.residual_maker) ** 2, axis=1))


def least_squares(x: Array, y: Array, space: Space) -> Array:
    """Rows (log α, β) of the best law for each row of `y`.

    Args:
        x: log n, shape (points,), with at least two different values.
        y: shape (rows, points), 0 or more, not all 0 in a row; above 0 for "log".
        space: "log" solves the straight line in closed form; "accuracy" runs Levenberg-Marquardt from there.

    Returns:
        Shape (rows, 2).
    """
    centre = x.mean()
    deviation = x - centre
    spread = float(deviation @ deviation)
    logs = np.log(np.maximum(y, _START_FLOOR))
    level, slope = logs.mean(axis=1), logs @ deviation / spread
    if space == "accuracy":
        level, slope = _levenberg_marquardt(deviation, y, level, slope)
    return np.stack([level - slope * centre, slope], axis=1)


def _levenberg_marquardt(x: Array, y: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """Minimise Σ (y - exp(a + b·x))² in every row at once (Marquardt 1963), from the start `a`, `b`."""
    damping = np.full(len(y), 1e-3)
    fitted = np.exp(a[:, None] + b[:, None] * x)
    loss = np.sum((y - fitted) ** 2, axis=1)
    for _ in range(_MAX_STEPS):
        residual, slope = y - fitted, fitted * x
        aa, ab, bb = np.sum(fitted**2, axis=1), np.sum(fitted * slope, axis=1), np.sum(slope**2, axis=1)
        ga, gb = np.sum(fitted * residual, axis=1), np.sum(slope * residual, axis=1)
        da, db = aa * (1 + damping), bb * (1 + damping)
        determinant = da * db - ab**2
        # Steps are bounded so that a start far away cannot overflow the exponential.
        step_a = np.clip((db * ga - ab * gb) / determinant, -2, 2)
        step_b = np.clip((da * gb - ab * ga) / determinant, -2, 2)
        trial = np.exp((a + step_a)[:, None] + (b + step_b)[:, None] * x)
        trial_loss = np.sum((y - trial) ** 2, axis=1)
        better = trial_loss <= loss
        a, b = np.where(better, a + step_a, a), np.where(better, b + step_b, b)
        fitted, loss = np.where(better[:, None], trial, fitted), np.where(better, trial_loss, loss)
        damping = np.clip(np.where(better, damping / 10, damping * 10), 1e-12, 1e12)
        if np.all(np.maximum(np.abs(step_a), np.abs(step_b)) < _TOLERANCE * (1 + np.abs(a) + np.abs(b))):
            break
    return a, b
