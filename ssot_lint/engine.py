"""The one way in for every front end: orders the work and returns findings. Prints nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ssot_lint.config import Settings
from ssot_lint.model import Finding


@dataclass(frozen=True, slots=True)
class Report:
    """What one run found. ``findings`` are sorted by path, line, column, code; ``files`` counts those judged,
    ``indexed`` those that the project has.

    ``notes`` are sentences for a person (stderr): git not usable, rules that a contract leaves off.
    """

    findings: tuple[Finding, ...]
    files: int
    indexed: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an answer to "why?": a place and what the tool knows of it."""

    path: str
    line: int
    text: str


Progress = Callable[[str, int, int], None]
"""Called with a phase ("index", "check"), how many files are done, and how many there are."""


def check(
    settings: Settings,
    *,
    paths: Sequence[str] | None = None,
    buffers: Mapping[str, bytes] | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Judge the project. ``paths`` (files or folders relative to the root) narrows what is reported, never what
    is indexed; None judges all. ``buffers`` replaces files on disk by unsaved bytes, by relative path."""
    raise NotImplementedError


def why(settings: Settings, path: str, line: int) -> tuple[Step, ...]:
    """Every step of the reasoning about one line: what its names are bound to, through which file, and what is
    reported there or why nothing is."""
    raise NotImplementedError
