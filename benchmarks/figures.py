"""Samples → medians, spreads and paired ratios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """What samples have in the middle, and from where to where they reach."""

    middle: float
    least: float
    most: float


def spread(samples: Sequence[float]) -> Spread:
    return Spread(median(samples), min(samples), max(samples))


def ratios(samples: Sequence[float], baseline: Sequence[float]) -> Spread:
    """The spread of the ratios round by round. What slows a machine down for a while slows both runs of a round,
    so that their ratio says more than that of two medians. ValueError: the rounds do not match."""
    return spread([sample / base for sample, base in zip(samples, baseline, strict=True)])
