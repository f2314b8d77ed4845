"""Findings, comments and exemptions → the findings that are left, those that are excused, and by what. Pure.

- An exemption of the settings excuses a finding when all its parts hold: ``path`` is a glob, ``code`` a code
  or a prefix, ``contract`` a name; ``symbol`` is compared with the finding's symbol, its spelling and what it
  resolves to, or with their last parts when it has no dot. It can excuse any finding but the one about
  itself. It holds through the day ``until``.
- A comment excuses the findings that start on a line it covers (see ``facts.comments``), but never SOT9xx, nor a
  finding of a contract with ``suppressible = false``: for these there are only exemptions.
- SOT402 is about two definitions, and what excuses it at either excuses it.
- Whatever excuses a finding counts as used, also when several do.

What is wrong with the excuses is found here too, and only an exemption can excuse it:

- SOT904 unused-exemption: a comment of ours that excuses nothing; a word in its brackets that excuses
  nothing, names no rule, or names what no comment can excuse; a comment of ours, or a ``noqa`` with the code,
  on a finding that its contract lets no comment excuse; an exemption that excuses nothing, judged only when
  the whole project was. An unused ``noqa`` is no finding.
- SOT905 expired-exemption: it excuses nothing any more. Judged when the whole project was, or when it would
  have excused something.
- SOT906 unexplained-exemption: a comment of ours without a reason, which excuses all the same (where it
  excuses nothing it is SOT904 alone); one that is malformed, or has the name of a rule outside of brackets,
  which excuses nothing.

Nothing is said to be unused where it could excuse what is not known: no comment in a file with SOT900, and no exemption
that covers one; while a contract does not hold, no comment, and no exemption that can be about it.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ssot_lint.findings import comments, exemptions
from ssot_lint.findings.exemptions import ExemptionUse
from ssot_lint.findings.selection import place
from ssot_lint.model.finding import Comment, Finding, Span
from ssot_lint.model.rules import NEAR_COPY, UNPARSABLE
from ssot_lint.settings.members import ROOT, Part, Parts

Means = Literal["comment", "exemption", "baseline"]
"""What excuses a finding: a comment in the code, an exemption in the settings, the file of what was there before."""


class Suppressed(NamedTuple):
    """``by`` is ``comment PATH:LINE``, ``exemption FILE:LINE`` or ``baseline FILE``; ``reason`` is what is given there.
    Paths are relative to the root."""

    finding: Finding
    kind: Means
    where: str
    reason: str

    @property
    def by(self) -> str:
        return f"{self.kind} {self.where}"


class Suppression(NamedTuple):
    """Both are sorted by path, span and code. ``kept`` has this stage's own SOT904 to SOT906, too."""

    kept: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of a project a run judges. ``wanted`` tells whether a file or folder, relative to the root, was asked
    for; None: all were. ``doubtful`` are contracts that do not hold, so that nothing is found of them. ``today``
    decides which exemptions are over."""

    wanted: Callable[[str], bool] | None = None
    doubtful: Collection[str] = ()
    today: datetime.date = field(default_factory=datetime.date.today)

    def has(self, path: str) -> bool:
        return self.wanted is None or self.wanted(path)

    def is_whole(self, part: Part) -> bool:
        """Whether all files of a part are judged. Of a member they are when its folder was asked for."""
        return self.wanted is None or (part.base != ROOT and self.wanted(part.base))


_HARMLESS = frozenset(("SOT903", "SOT904", "SOT905", "SOT906"))
"""Findings about the lint itself that do not say that a contract is at fault."""


def at_fault(about: Iterable[Finding]) -> dict[tuple[str, str], str]:
    """The contracts that do not hold, by the file that declares them and the name that they have there, with the code
    that says so. ``about`` are findings about the settings, before anything is excused."""
    return {(one.path, one.contract): one.code for one in about if one.contract and one.code not in _HARMLESS}


def by_part(
    parts: Parts, findings: Iterable[Finding], spoken: Mapping[str, tuple[Comment, ...]], extent: Extent
) -> list[tuple[Part, Suppression]]:
    """What each part of the settings keeps and excuses of its findings. ``spoken`` are the comments by path. Paths are
    relative to the root."""
    found: dict[str, list[Finding]] = {part.base: [] for part in parts.each()}
    for finding in sorted(findings, key=place):
        found[parts.of(finding.path).base].append(finding)
    own: dict[str, dict[str, tuple[Comment, ...]]] = {base: {} for base in found}
    for path, here in spoken.items():
        own[parts.of(path).base][path] = here
    return _once([(part, apply(part, found[part.base], own[part.base], extent)) for part in parts.each()])


def apply(
    part: Part, findings: Sequence[Finding], spoken: Mapping[str, tuple[Comment, ...]], extent: Extent
) -> Suppression:
    """Take from the findings of a part what is excused, and add what is wrong with the excuses.

    ``findings`` are sorted, and all that the judged files have: before ``select``, ``ignore`` and
    ``per-path-ignores``, which would make the excuses of what they leave out look unused. ``spoken`` are the comments
    by path, and judged only in files that are.
    """
    noted = {path: [*map(comments.use_of, spoken[path])] for path in sorted(spoken)}
    exempting = exemptions.uses_of(part, extent.today)
    kept: list[Finding] = []
    suppressed: list[Suppressed] = []

    def settle(finding: Finding, itself: ExemptionUse | None = None) -> None:
        found = [exemptions.excused(place, exempting, itself) for place in _places(finding)]
        exemption = next(filter(None, found), None)
        by_comment = [
            _by_comment(finding, place.path, use.comment)
            for place in _places(finding)
            if (use := comments.excused(place, noted.get(place.path, ())))
        ]
        if exemption:
            suppressed.append(Suppressed(finding, "exemption", exemption.where, exemption.exemption.reason))
        elif by_comment:
            suppressed.append(by_comment[0])
        else:
            kept.append(finding)

    for finding in findings:
        settle(finding)
    broken = {finding.path for finding in findings if finding.code == UNPARSABLE}
    for path, here in noted.items():
        for use in here if extent.has(path) and path not in broken else ():
            for fault in comments.faults(use, path, is_known=not extent.doubtful):
                settle(fault)
    is_whole = extent.is_whole(part)
    for one in exempting:
        if one.over and (is_whole or one.used):
            settle(exemptions.expired(one), one)
    known = [one for one in exempting if one.is_known(broken, extent.doubtful)] if is_whole else []
    for one in exemptions.unused(known):
        settle(exemptions.idle(one), one)
    return Suppression(
        tuple(sorted(kept, key=_order)),
        tuple(sorted(suppressed, key=lambda one: _order(one.finding))),
    )


def _places(finding: Finding) -> Iterator[Finding]:
    """A finding, at each place where it can be excused. One about two definitions is excused at either."""
    yield finding
    if finding.code == NEAR_COPY and finding.chain:
        other = finding.chain[-1]
        yield finding._replace(path=other.path, span=Span(other.line, 0, other.line, 0))


def _by_comment(finding: Finding, path: str, comment: Comment) -> Suppressed:
    return Suppressed(finding, "comment", f"{path}:{comment.span.line}", comment.reason)


def _order(finding: Finding) -> tuple[str, Span, str]:
    return finding.path, finding.span, finding.code


def _once(settled: list[tuple[Part, Suppression]]) -> list[tuple[Part, Suppression]]:
    """What parts keep, where what is wrong with an exemption that several parts share is said once. Parts share one
    where they extend the same file. It is unused where it excuses nothing in any of them."""
    holders = Counter(where for part, _ in settled for where in exemptions.declared_at(part))
    said = Counter(one for _, of_part in settled for one in of_part.kept if one.code == exemptions.UNUSED)
    seen: set[Finding] = set()
    found = []
    for part, of_part in settled:
        kept = []
        for one in of_part.kept:
            shared = holders.get((one.path, one.span.line), 1)
            if shared > 1 and (one in seen or (one.code == exemptions.UNUSED and said[one] < shared)):
                continue
            seen.add(one)
            kept.append(one)
        found.append((part, of_part._replace(kept=tuple(kept))))
    return found
