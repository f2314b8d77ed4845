"""Findings → an identity for each that no other finding of the report has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from ssot_lint.model.finding import Finding


def identities(findings: Iterable[Finding]) -> list[str]:
    """The fingerprints. Where several projects were judged, two may have found the same: then the path tells them
    apart, and a number where that is the same as well."""
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
