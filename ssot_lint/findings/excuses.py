"""Findings of a project with all its parts → what is left of each part's by the settings that decide about it. Pure."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from ssot_lint.findings import suppress
from ssot_lint.findings.selection import place
from ssot_lint.model.finding import Comment, Finding
from ssot_lint.model.rules import CODES
from ssot_lint.settings.members import ROOT, Part, Parts

_UNUSED_EXEMPTION = "SOT904"


def excused(
    parts: Parts,
    comments: Mapping[str, tuple[Comment, ...]],
    found: Iterable[Finding],
    wanted: Callable[[str], bool] | None,
    doubtful: Collection[str] = (),
) -> list[tuple[Part, suppress.Outcome]]:
    """What comes of the findings, by the settings that decide about each. Paths are relative to the root all along.
    ``doubtful`` are as in ``suppress.apply``."""
    by_part: dict[str, list[Finding]] = {part.base: [] for part in parts.each()}
    for finding in sorted(found, key=place):
        by_part[parts.of(finding.path).base].append(finding)
    if not parts.by_folder:
        asked = _Asked(wanted is None, wanted or _all, doubtful)
        return [(parts.root, _of_part(parts.root, comments, by_part[ROOT], asked))]
    spoken: dict[str, dict[str, tuple[Comment, ...]]] = {base: {} for base in by_part}
    for path, here in comments.items():
        spoken[parts.of(path).base][path] = here
    outcomes = []
    for part in parts.each():
        # Of a member all is known when its folder was asked for, as if it were all that there is.
        whole = wanted is None or (part.base != ROOT and wanted(part.base))
        asked = _Asked(whole, wanted or _all, doubtful)
        outcomes.append((part, _of_part(part, spoken[part.base], by_part[part.base], asked)))
    return _once(outcomes)


class _Asked(NamedTuple):
    """As in ``suppress.apply``; paths are relative to the root."""

    whole: bool
    judged: Callable[[str], bool]
    doubtful: Collection[str]


def _of_part(
    part: Part, comments: Mapping[str, tuple[Comment, ...]], found: Sequence[Finding], asked: _Asked
) -> suppress.Outcome:
    inside = [_at(part.inside, one) for one in found]
    outcome = suppress.apply(
        inside,
        {part.inside(path): here for path, here in comments.items()},
        part.settings,
        datetime.date.today(),
        whole=asked.whole,
        judged=lambda path: asked.judged(part.outside(path)),
        doubtful=asked.doubtful,
        codes=CODES,
    )
    if not part.base:
        return outcome
    before = {id(now): one for now, one in zip(inside, found, strict=True)}

    def back(one: Finding) -> Finding:
        return before.get(id(one)) or _at(part.outside, one)

    return suppress.Outcome(
        tuple(map(back, outcome.kept)),
        tuple(one._replace(finding=back(one.finding)) for one in outcome.suppressed),
    )


def _once(
    outcomes: Sequence[tuple[Part, suppress.Outcome]],
) -> list[tuple[Part, suppress.Outcome]]:
    """The outcomes of parts that may share exemptions, since one extends a file of another: what is wrong with such an
    exemption is said once, and that it excuses nothing only where it excuses nothing anywhere."""
    holders: dict[tuple[str, int], int] = {}
    for part, _ in outcomes:
        file = part.outside(part.settings.sources.get("exemptions", part.settings.label))
        for where in {(file, one.line) for one in part.settings.exemptions}:
            holders[where] = holders.get(where, 0) + 1
    said = Counter(one for _, outcome in outcomes for one in outcome.kept if one.code == _UNUSED_EXEMPTION)
    seen: set[Finding] = set()
    found = []
    for part, outcome in outcomes:
        kept = []
        for one in outcome.kept:
            shared = holders.get((one.path, one.span.line), 1)
            if shared > 1 and (one in seen or (one.code == _UNUSED_EXEMPTION and said[one] < shared)):
                continue
            seen.add(one)
            kept.append(one)
        found.append((part, suppress.Outcome(tuple(kept), outcome.suppressed)))
    return found


def _at(moved: Callable[[str], str], finding: Finding) -> Finding:
    path = moved(finding.path)
    return finding if path == finding.path else finding._replace(path=path)


def _all(path: str) -> bool:
    return True
