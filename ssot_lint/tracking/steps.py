"""Findings, shims and tiers → steps in the order that unblocks most. Each finding belongs to one step. Pure.

First come the shims, those with the fewest importers first: their importers are moved, then they go. What lets nothing
go follows: what ``fix`` does before what a person must do, the greatest piece first.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ssot_lint.model.finding import Finding, Hop
from ssot_lint.model.rules import CODES
from ssot_lint.tracking.progress import PlanStep, Shim, StepTier

_TIERS: tuple[StepTier, ...] = ("safe", "unsafe", "person")
_REFERENCES = ("SOT101", "SOT102", "SOT103", "SOT106", "SOT107")
"""What is found where something refers to the symbol."""

_ID = 10
"""Hexadecimal digits of a step's id."""


class _About(NamedTuple):
    """What a step is about. ``rank``: its place among the steps."""

    rank: tuple[object, ...]
    words: tuple[str, ...]
    tier: StepTier
    shim: Shim | None = None


def by_importers(shims: Iterable[Shim]) -> tuple[Shim, ...]:
    """The fewest importers first, then by path and name."""
    return tuple(sorted(shims, key=lambda one: (len(one.importers), one.path, one.name, one.line)))


def steps_of(
    contract: str, findings: Sequence[Finding], shims: Sequence[Shim], tiers: Mapping[Finding, StepTier]
) -> tuple[PlanStep, ...]:
    ordered = by_importers(shims)
    places = {(one.path, one.line): number for number, one in reversed([*enumerate(ordered)])}
    groups: dict[tuple[str, ...], tuple[_About, list[Finding]]] = {}
    for finding in findings:
        about = _about(finding, tiers.get(finding, "person"), ordered, places)
        key = (*about.words, about.tier)
        groups.setdefault(key, (about, []))[1].append(finding)
    sizes = {key: len(own) for key, (_, own) in groups.items()}

    def rank(key: tuple[str, ...]) -> tuple[object, ...]:
        about = groups[key][0]
        return (*about.rank, *((-sizes[key],) if about.shim is None else ()), *key)

    found = []
    for key in sorted(groups, key=rank):
        about, own = groups[key]
        last = max(
            (other for other in groups if other[:2] == key[:2]), key=lambda other: _TIERS.index(other[-1])
        )
        then = _then(about, is_last=key == last)
        found.append(PlanStep(_id(contract, key), _title(about, own), about.tier, tuple(own), then))
    return tuple(found)


def _about(
    finding: Finding, tier: StepTier, shims: Sequence[Shim], places: Mapping[tuple[str, int], int]
) -> _About:
    number = places.get((finding.path, finding.span.line))
    if number is not None and finding.code.startswith("SOT1"):
        shim = _at(finding, shims, number)
        if shim is not None:
            return _About((0, number, 1, _TIERS.index(tier)), ("remove", shim.target), tier, shim)
    if finding.code in _REFERENCES:
        number = _through(finding, places)
        if number is not None:
            shim = shims[number]
            return _About((0, number, 0, _TIERS.index(tier)), ("leave", shim.target), tier, shim)
    folder = posixpath.dirname(finding.path) or "."
    return _About((1, _TIERS.index(tier)), ("code", finding.code, folder), tier)


def _at(finding: Finding, shims: Sequence[Shim], first: int) -> Shim | None:
    """The shim that stands where a finding is: of several on one line that of its name."""
    own = [one for one in shims if (one.path, one.line) == (finding.path, finding.span.line)]
    last = finding.spelled.rpartition(".")[2]
    return next((one for one in own if one.name == last), shims[first] if own else None)


def _through(finding: Finding, places: Mapping[tuple[str, int], int]) -> int | None:
    """The shim by which a reference goes: the first binding of its chain in another file."""
    hop: Hop | None = next((one for one in finding.chain if one.path != finding.path), None)
    return places.get((hop.path, hop.line)) if hop is not None else None


def _title(about: _About, findings: Sequence[Finding]) -> str:
    if about.shim is not None and about.words[0] == "leave":
        return (
            f"let {_files(findings)} take the symbol from its canonical path instead of {about.shim.target}"
        )
    if about.shim is not None:
        return f"remove the shim {about.shim.target}"
    _, code, folder = about.words
    where = "the root" if folder == "." else folder
    return f"{code} {CODES.get(code, '')} in {where}"


def _files(findings: Sequence[Finding]) -> str:
    number = len({one.path for one in findings})
    return f"{number} file" if number == 1 else f"{number} files"


def _then(about: _About, *, is_last: bool) -> str:
    shim = about.shim
    if shim is None:
        return ""
    return f"{shim.target} can go" if about.words[0] == "leave" and is_last else ""


def _id(contract: str, words: Sequence[str]) -> str:
    text = "\0".join((contract, *words))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_ID]
