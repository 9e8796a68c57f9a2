"""How often the 95 % intervals of `parallelize law` hold the truth, in simulated studies.

Each study: models with n training languages answer the same items; an answer is right with probability
α·n^β plus the training noise of its model, the same in all languages; answers to one item correlate between
models and languages. Fitted as `law` does it. A cell that reaches 95 % lies between 93 and 97 % in 300
studies in 19 of 20 tries; more studies tell more.

    python benchmarks/law_coverage.py
    python benchmarks/law_coverage.py --studies 2000 --languages 9
    python benchmarks/law_coverage.py --studies 1500 --counts 7 --beta 0.1 --noise 0
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from parallelize.core.errors import InputError
from parallelize.metrics.scaling import Basis, first_parallel_leap, fit_scaling_law, generalization_gap
from parallelize.metrics.statistics import Interval, bootstrap_means
from parallelize.text.markdown import markdown_table

Array = NDArray[np.float64]

ALPHA, CORRELATION = 0.45, 0.5
COUNTS = ((1, 2, 4), (1, 2, 3, 4, 5, 6, 7))
FIGURES = ("α", "β", "leap", "gap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One kind of study."""

    n: tuple[int, ...]
    beta: float
    training_noise: float
    items: int
    languages: int

    @property
    def truth(self) -> dict[str, float]:
        """True value of each figure; the law holds at n = 1, so there is no gap."""
        return {"α": ALPHA, "β": self.beta, "leap": ALPHA * (2**self.beta - 1), "gap": 0.0}

    def answers(self, rng: np.random.Generator) -> Array:
        """Shares of right answers, shape (items, models): mean over languages of 0 or 1."""
        shift = rng.normal(scale=self.training_noise, size=len(self.n))
        share = np.clip(ALPHA * np.array(self.n, dtype=float) ** self.beta + shift, 0.01, 0.99)
        threshold = np.array([NormalDist().inv_cdf(value) for value in share])
        easiness = rng.normal(size=(self.items, 1, 1))
        luck = rng.normal(size=(self.items, len(self.n), self.languages))
        ability = np.sqrt(CORRELATION) * easiness + np.sqrt(1 - CORRELATION) * luck
        return np.asarray((ability < threshold[:, None]).mean(axis=2))


def intervals(cell: Cell, values: Array, resampled: Array, basis: Basis) -> Iterator[tuple[str, Interval]]:
    """The interval of each figure that the cell has."""
    n, accuracy = list(cell.n), values.mean(axis=0).tolist()
    fit = fit_scaling_law(n, accuracy, resampled=resampled, basis=basis, grid=[1.0])
    yield "α", fit.alpha_interval
    yield "β", fit.beta_interval
    leap = first_parallel_leap(n, accuracy, resampled=resampled, basis=basis).leap.interval
    if leap is not None:
        yield "leap", leap
    try:
        yield "gap", generalization_gap(n, accuracy, resampled=resampled, basis=basis).gap_interval
    except InputError:
        return


def coverage(cell: Cell, bases: Sequence[Basis], studies: int, resamples: int) -> dict[str, list[str]]:
    """For each basis one text for each figure: share of studies that hold the truth, median width."""
    found: dict[tuple[Basis, str], list[tuple[bool, float]]] = {}
    kind = [len(cell.n), round(100 * cell.beta), round(1000 * cell.training_noise), cell.languages]
    for study in range(studies):
        rng = np.random.default_rng([2510, 2272, *kind, study])
        values = cell.answers(rng)
        resampled = bootstrap_means(values, resamples=resamples, rng=rng)
        for basis in bases:
            for name, interval in intervals(cell, values, resampled, basis):
                held = interval.contains(cell.truth[name])
                found.setdefault((basis, name), []).append((held, interval.width))
    return {basis: [_written(found.get((basis, name), [])) for name in FIGURES] for basis in bases}


def _written(results: Sequence[tuple[bool, float]]) -> str:
    if not results:
        return "–"
    held, width = np.mean([held for held, _ in results]), np.median([width for _, width in results])
    return f"{100 * held:.1f} ({width:.3f})"


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--studies", type=int, default=300)
    parser.add_argument("--items", type=int, default=250)
    parser.add_argument("--languages", type=int, default=1)
    parser.add_argument("--resamples", type=int, default=500)
    parser.add_argument("--basis", nargs="+", default=["combined", "items"])
    parser.add_argument("--counts", type=int, help="only cells with so many models")
    parser.add_argument("--beta", type=float, nargs="+", default=[0.0, 0.10])
    parser.add_argument("--noise", type=float, nargs="+", default=[0.0, 0.01, 0.02])
    chosen = parser.parse_args()
    rows = []
    counts = [n for n in COUNTS if chosen.counts in (None, len(n))]
    for n, beta, noise in itertools.product(counts, chosen.beta, chosen.noise):
        cell = Cell(n=n, beta=beta, training_noise=noise, items=chosen.items, languages=chosen.languages)
        for basis, texts in coverage(cell, chosen.basis, chosen.studies, chosen.resamples).items():
            rows.append([", ".join(map(str, n)), f"{beta:.2f}", f"{100 * noise:.0f}", basis, *texts])
            print("|".join(rows[-1]), flush=True)
    print(
        f"\n{chosen.studies} studies, {chosen.items} items, {chosen.languages} language(s); % (median width)"
    )
    print(markdown_table(["n", "β", "training noise, points", "basis", *FIGURES], rows))


if __name__ == "__main__":
    main()
