"""The progress of a contract → its references and findings, counted by what people ask for. Pure."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from ssot_lint.model.rules import CODES
from ssot_lint.sources.codeowners_text import NOBODY
from ssot_lint.tracking.progress import Adoption, ContractProgress


class Uses(NamedTuple):
    """How often something is referred to by its name, and how many of the findings are there."""

    name: str
    references: int
    findings: int


Table = tuple[str, tuple[Uses, ...]]
"""A heading, and the rows below it, the most frequent first."""


def tables(progress: ContractProgress) -> tuple[Table, ...]:
    """The uses by spelling, path, code, owner, directory and role."""
    references, findings = progress.references, progress.findings
    spelled = Counter(one.spelled for one in references)
    targets = Counter(one.target for one in references)
    codes = Counter(f"{one.code} {CODES.get(one.code, one.name)}" for one in findings)
    found = [
        ("spelling", _rows(spelled, Counter(one.spelled for one in findings if one.spelled in spelled))),
        ("path", _rows(targets, Counter())),
        ("code", _rows(Counter(), codes)),
    ]
    by: tuple[tuple[str, Callable[[str], Iterable[str]]], ...] = (
        ("owner", lambda path: progress.owners.get(path) or (NOBODY,)),
        ("directory", lambda path: (posixpath.dirname(path) or ".",)),
        ("role", lambda path: (progress.roles.get(path, "production"),)),
    )
    for heading, names in by:
        if heading == "owner" and not any(progress.owners.values()):
            continue
        used = Counter(name for one in references for name in names(one.path))
        left = Counter(name for one in findings for name in names(one.path))
        found.append((heading, _rows(used, left)))
    return tuple((heading, rows) for heading, rows in found if rows)


def _rows(references: Counter[str], findings: Counter[str]) -> tuple[Uses, ...]:
    names = sorted({*references, *findings}, key=lambda name: (-references[name], -findings[name], name))
    return tuple(Uses(name, references[name], findings[name]) for name in names)


def percent(adoption: Adoption) -> str:
    """The share as people read it: 100 % is said of all alone, and 0 % of none."""
    share = int(adoption.share * 100)
    return f"{max(share, 1) if adoption.canonical else share} %" if adoption.total else "100 %"


def adopted(adoption: Adoption) -> str:
    if not adoption.total:
        return "nothing refers to it"
    return f"{adoption.canonical} of {adoption.total} references go through the canonical path ({percent(adoption)})"
