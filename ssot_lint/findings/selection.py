"""Findings → those that the settings select, with their severity and their identity. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from ssot_lint.model.finding import Finding
from ssot_lint.settings.globs import matches
from ssot_lint.settings.members import Part, Parts
from ssot_lint.settings.patterns import role_is_tests


def selected(part: Part, found: Iterable[Finding]) -> list[Finding]:
    """The findings that the settings select and do not ignore, with their severity."""
    return [graded(part, finding) for finding in found if is_selected(part, finding)]


def is_selected(part: Part, finding: Finding) -> bool:
    settings = part.settings
    if not finding.code.startswith(settings.select) or finding.code.startswith(settings.ignore or ("\0",)):
        return False
    if settings.tests_ignore and finding.code.startswith(settings.tests_ignore) and _is_test(part, finding):
        return False
    return not any(
        finding.code.startswith(codes)
        for glob, codes in settings.per_path_ignores.items()
        if codes and matches(glob, part.inside(finding.path))
    )


def _is_test(part: Part, finding: Finding) -> bool:
    return role_is_tests(part.inside(finding.path), part.settings)


def graded(part: Part, finding: Finding) -> Finding:
    """A finding with the severity that the settings give its code: in tests that of ``tests-severity``, where that has
    the code, or else that of ``severity``. Of several prefixes the longest decides."""
    settings = part.settings
    if not settings.severity and not settings.tests_severity:
        return finding
    for table in (settings.tests_severity, settings.severity):
        named = [code for code in table if finding.code.startswith(code)]
        if named and (table is settings.severity or _is_test(part, finding)):
            return finding._replace(severity=table[max(named, key=len)])
    return finding


def numbered(parts: Parts, found: Iterable[Finding], behind: Iterable[Finding] = ()) -> list[Finding]:
    """The findings with fingerprints. A fingerprint says what a finding is about, and its ordinal among equals. It
    holds no line, and no path but that of the member, since two members may have modules of one name.

    The ordinals go on where those of ``behind`` end.
    """
    counts = Counter(_about(parts, one) for one in behind)
    found_so_far = []
    for finding in sorted(found, key=place):
        key = _about(parts, finding)
        text = f"{key}\0{counts[key]}".encode("utf-8", "surrogatepass")
        counts[key] += 1
        found_so_far.append(finding._replace(fingerprint=hashlib.sha256(text).hexdigest()[:24]))
    return found_so_far


def _about(parts: Parts, finding: Finding) -> str:
    module = finding.module or finding.path
    key = [finding.contract, finding.code, module, finding.scope, finding.symbol, finding.spelled]
    member = parts.folder(finding.path)
    return "\0".join([*key, member] if member else key)


def place(finding: Finding) -> tuple[object, ...]:
    return finding.path, finding.span, finding.code, finding.contract, finding.message
