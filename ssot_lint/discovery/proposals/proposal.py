"""A draft and what the engine finds by it → a proposal: its harm, its evidence, its contract as TOML. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from ssot_lint.discovery.kinds.drafts import Draft, Kind
from ssot_lint.model.finding import Finding
from ssot_lint.model.rules import CODES

PLACES: Final = 20
"""So many places are shown as evidence."""

_CONSTRUCTIONS = frozenset(("SOT201", "SOT202", "SOT204"))

_HALF_SPREAD: Final = 12
_HALF_SHARING: Final = 12
_HALF_DIVERGENCE: Final = 3
"""So many files, holders and ways make a part of harm a half; it never gets to one."""
_PER_SHARED: Final = 8
"""An object that all share counts for so many files that hold on to the class."""


class Harm(NamedTuple):
    """The parts of harm, each between 0 and 1. ``spread``: in how many files something is found. ``sharing``: how many
    files hold on to the symbol, and how many of its objects all share. ``divergence``: how many ways lead to it."""

    spread: float
    sharing: float
    divergence: float

    @property
    def whole(self) -> float:
        return round(self.spread * self.sharing * self.divergence, 4)


@dataclass(frozen=True, slots=True)
class ContractProposal:
    """``name`` is the contract's. ``findings`` are all that the engine finds by it, sorted as in a report."""

    kind: Kind
    symbol: str
    name: str
    harm: Harm
    lines: tuple[str, ...]
    findings: tuple[Finding, ...]
    evidence: Mapping[str, object]
    at: str

    def contract(self, table: str) -> str:
        """The contract as TOML; ``table`` is what stands before ``contracts`` in the name of its table."""
        codes = Counter(one.code for one in self.findings)
        told = ", ".join(f"{number} {code} {CODES[code]}" for code, number in sorted(codes.items()))
        files = len({one.path for one in self.findings})
        head = [
            f"# {counted(len(self.findings), 'finding')} now, in {counted(files, 'file')}: {told}",
            f"# harm {self.harm.whole:g}: spread {self.harm.spread:g}, sharing {self.harm.sharing:g}, "
            f"divergence {self.harm.divergence:g}",
        ]
        return "\n".join([f"[{table}contracts.{self.name}]", *head, *self.lines, ""])


def proposal(draft: Draft, name: str, findings: Sequence[Finding]) -> ContractProposal:
    """What is proposed for a draft whose contract has that name."""
    harm = _harm(draft, findings)
    return ContractProposal(
        draft.kind,
        draft.symbol,
        name,
        harm,
        draft.lines,
        tuple(findings),
        _evidence(draft, harm, findings),
        draft.at,
    )


def in_order(proposals: Iterable[ContractProposal]) -> tuple[ContractProposal, ...]:
    """The most harmful first, and then by symbol."""
    return tuple(sorted(proposals, key=rank))


def rank(one: ContractProposal) -> tuple[float, str, str, str]:
    return -one.harm.whole, one.symbol, one.kind, one.name


def expected(draft: Draft) -> float:
    """The harm that is to be expected before anything was found."""
    return _harm_of(draft.apart, draft.users, draft.shared, draft.ways).whole


def _harm(draft: Draft, findings: Sequence[Finding]) -> Harm:
    files = {one.path for one in findings}
    shared = sum(one.code.startswith("SOT3") for one in findings) or draft.shared
    spelled = {(one.spelled, one.module if one.code.startswith("SOT4") else "") for one in findings}
    ways = max(draft.ways, len(spelled) if draft.kind == "gateway" else 0)
    return _harm_of(len(files), draft.users, shared, ways)


def _harm_of(files: int, users: int, shared: int, ways: int) -> Harm:
    return Harm(
        _part(files, _HALF_SPREAD),
        _part(max(users, files) + _PER_SHARED * shared, _HALF_SHARING),
        _part(ways, _HALF_DIVERGENCE),
    )


def _part(number: int, half: int) -> float:
    return round(number / (number + half), 4)


def _evidence(draft: Draft, harm: Harm, findings: Sequence[Finding]) -> dict[str, object]:
    codes = Counter(one.code for one in findings)
    built = [one for one in findings if one.code in _CONSTRUCTIONS]
    shared = [one for one in findings if one.code.startswith("SOT3")]
    told: dict[str, object] = {}
    if draft.kind == "class":
        told["constructors"] = {"count": len(built), "places": [_place(one) for one in built[:PLACES]]}
        # Where settings allow shared instances the engine says nothing of them, and what was seen is shown.
        told["shared"] = [_place(one) for one in shared[:PLACES]] or draft.evidence.get("shared", [])
    return {
        **draft.evidence,
        **told,
        "harm": harm._asdict(),
        "codes": {code: codes[code] for code in sorted(codes)},
        "files": len({one.path for one in findings}),
        "places": [_place(one) for one in findings[:PLACES]],
    }


def _place(one: Finding) -> dict[str, object]:
    return {"path": one.path, "line": one.span.line, "code": one.code, "spelled": one.spelled}


def counted(number: int, noun: str) -> str:
    """A number with its noun, as in ``1 file`` and ``2 files``."""
    return f"{number} {noun}{'s' if number != 1 else ''}"


__all__ = ["ContractProposal", "Harm", "counted", "expected", "in_order", "proposal", "rank"]
