"""The ``View`` that every format is given, and the words and counts that several formats show. Pure."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from ssot_lint.findings.suppress import Suppressed
from ssot_lint.model.finding import SEVERITIES, Counts, Finding
from ssot_lint.model.wording import named, relative
from ssot_lint.report import Grouping


def _nothing_excused() -> tuple[Suppressed, ...]:
    return ()


def _no_page(rule: str) -> str | None:
    return None


class View(NamedTuple):
    """One run, ready to be rendered.

    The paths in ``findings`` are relative to ``base``, which is itself relative to the working directory
    (``.`` is that directory). ``files`` counts the files judged, ``indexed`` those of the projects.
    ``source`` gives the bytes of a file by its path in a finding, or None. ``excused`` gives the findings that are
    suppressed, and ``page`` the Markdown of a rule's page by the name of the rule, or None: both take time, so only
    formats that show them call them. ``colour``, ``width`` (cells of a terminal), ``wrap`` (whether sentences are kept
    in that width), ``statistics``, ``quiet`` and ``verbose`` are wishes; formats for programs may ignore them.
    ``owners`` has the owners of each path in ``findings``, by CODEOWNERS, and is empty without such a file or where
    owners were not asked for. Where two states were compared, ``findings`` are those that the change adds, ``change``
    counts them, ``since`` names the older state, and ``followers`` has the added findings in files that the change does
    not touch, by the fingerprint of the finding that caused them.
    """

    findings: tuple[Finding, ...]
    files: int
    indexed: int
    source: Callable[[str], bytes | None]
    base: str = "."
    excused: Callable[[], tuple[Suppressed, ...]] = _nothing_excused
    page: Callable[[str], str | None] = _no_page
    colour: bool = False
    width: int = 120
    wrap: bool = False
    statistics: bool = False
    quiet: bool = False
    verbose: bool = False
    group_by: Grouping = ""
    owners: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    change: Counts | None = None
    since: str = ""
    followers: Mapping[str, tuple[Finding, ...]] = MappingProxyType({})


class Row(NamedTuple):
    """How often one code was found."""

    times: int
    code: str
    name: str


def rows(findings: Iterable[Finding]) -> tuple[Row, ...]:
    """The codes that were found, the most frequent first and then by code."""
    counts = Counter((finding.code, finding.name) for finding in findings)
    return tuple(
        Row(count, code, name)
        for (code, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def identities(findings: Iterable[Finding]) -> list[str]:
    """The fingerprint of each finding, made unique: findings of several projects may share a fingerprint, and then get
    another one, made with the path and, where that is the same, a number."""
    seen: set[str] = set()
    found = []
    for finding in findings:
        identity, number = finding.fingerprint, 0
        while identity in seen:
            text = "\0".join((finding.fingerprint, finding.path, str(number)))
            identity = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]
            number += 1
        seen.add(identity)
        found.append(identity)
    return found


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """The worst first; findings of one severity keep their order."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def moved(finding: Finding, root: str, base: str) -> Finding:
    """The finding with its paths relative to another folder than its root."""
    if root == base:
        return finding

    def path_at(path: str) -> str:
        return relative(os.path.join(root, path), base)

    chain = tuple(hop._replace(path=path_at(hop.path)) for hop in finding.chain)
    fix = finding.fix
    if fix is not None:
        edits = tuple(edit._replace(path=path_at(edit.path)) for edit in fix.edits)
        fix = fix._replace(edits=edits, removes=tuple(map(path_at, fix.removes)))
    return finding._replace(path=path_at(finding.path), chain=chain, fix=fix)


def place(finding: Finding) -> str:
    """``path:line:column`` as editors and terminals follow it: both count from 1."""
    return f"{at(finding.path, finding.span.line)}:{finding.span.column + 1}"


def at(path: str, line: int) -> str:
    """``path:line``. Line 0, which stands for a whole file, is shown as line 1."""
    return f"{named(path)}:{max(line, 1)}"


def count(number: int, word: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
