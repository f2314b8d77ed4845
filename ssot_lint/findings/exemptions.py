"""Exemptions of the settings → which findings each of them excuses, and what is wrong with it."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ssot_lint.model.finding import Finding, Span
from ssot_lint.model.rules import CODES
from ssot_lint.model.wording import shown
from ssot_lint.settings.globs import matches
from ssot_lint.settings.members import Part
from ssot_lint.settings.settings import Exemption

UNUSED = "SOT904"
_EXPIRED = "SOT905"
_EXCUSES_NOTHING = "excuses nothing; remove it"


@dataclass(slots=True)
class ExemptionUse:
    """An exemption of a part. ``over``: its day has passed. ``used``: it excuses a finding, or would if it were not
    over."""

    exemption: Exemption
    part: Part
    over: bool
    used: bool = False

    @property
    def where(self) -> str:
        """The file, relative to the root, and the line that declare it."""
        return f"{_file(self.part)}:{self.exemption.line}"

    def covers(self, finding: Finding) -> bool:
        exemption = self.exemption
        return (
            finding.code.startswith(exemption.code)
            and exemption.contract in ("", finding.contract)
            and self._has(finding.path)
            and (not exemption.symbol or _is_named(exemption.symbol, finding))
        )

    def is_known(self, broken: Iterable[str], doubtful: Collection[str]) -> bool:
        """Whether everything was found that it could excuse. ``broken`` are files with SOT900, ``doubtful`` contracts
        that do not hold."""
        contract = self.exemption.contract
        if doubtful and (not contract or contract.partition("@")[0] in doubtful):
            return False
        return not any(map(self._has, broken))

    def _has(self, path: str) -> bool:
        return not self.exemption.path or matches(self.exemption.path, self.part.inside(path))


def uses_of(part: Part, today: datetime.date) -> list[ExemptionUse]:
    """The exemptions of a part, before any finding is looked at."""
    return [
        ExemptionUse(one, part, one.until is not None and one.until < today)
        for one in part.settings.exemptions
    ]


def declared_at(part: Part) -> set[tuple[str, int]]:
    """The files, relative to the root, and the lines that declare the exemptions of a part."""
    return {(_file(part), one.line) for one in part.settings.exemptions}


def excused(
    finding: Finding, uses: Iterable[ExemptionUse], itself: ExemptionUse | None = None
) -> ExemptionUse | None:
    """The first exemption that excuses a finding. All that would do are marked as used, but not ``itself``, the
    exemption that the finding is about."""
    first = None
    for use in uses:
        if use is not itself and use.covers(finding):
            use.used = True
            first = first or (None if use.over else use)
    return first


def expired(use: ExemptionUse) -> Finding:
    """The finding that an exemption is over."""
    rest = "repair what it excused, then remove it" if use.used else "it covers nothing; remove it"
    return _about(use, _EXPIRED, f"ended on {use.exemption.until}: {rest}")


def idle(use: ExemptionUse) -> Finding:
    """The finding that an exemption excuses nothing."""
    return _about(use, UNUSED, _EXCUSES_NOTHING)


def unused(uses: Sequence[ExemptionUse]) -> list[ExemptionUse]:
    """The exemptions that excuse nothing, not even the finding that another of them is unused."""
    unused = [use for use in uses if not use.over and not use.used]
    for use in unused:
        if not use.used:
            excused(idle(use), unused, use)
    return [use for use in unused if not use.used]


def _is_named(pattern: str, finding: Finding) -> bool:
    """Whether a finding is about a symbol with this name or dotted path, or one that the pattern matches."""
    names = (finding.symbol, finding.spelled, finding.resolved)
    dotted = "." in pattern
    return any(name and fnmatchcase(name if dotted else name.rpartition(".")[2], pattern) for name in names)


def _file(part: Part) -> str:
    return part.outside(part.settings.sources.get("exemptions", part.settings.label))


def _about(use: ExemptionUse, code: str, what: str) -> Finding:
    exemption = use.exemption
    keys = ("path", "code", "contract", "symbol")
    given = [f"{key} {shown(getattr(exemption, key))}" for key in keys if getattr(exemption, key)]
    span = Span(exemption.line, 0, exemption.line, 0)
    message = f"the exemption of {', '.join(given)} {what}"
    return Finding(code, CODES[code], message, _file(use.part), span, suppressible=False)
