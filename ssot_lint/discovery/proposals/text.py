"""Proposals → text for a person: a list with the contracts, or all that is known of one. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ssot_lint.discovery.proposals.proposal import ContractProposal, counted
from ssot_lint.model.rules import CODES
from ssot_lint.model.wording import printable

_INDENT = "    "


def listing(proposals: Sequence[tuple[ContractProposal, str]]) -> str:
    """All proposals, each with its harm and its contract; they come with what stands before ``contracts`` in the name
    of its table."""
    return "\n".join(
        "\n".join([*_head(number, one), "", *_indented(one.contract(table)), ""])
        for number, (one, table) in enumerate(proposals, 1)
    )


def explained(one: ContractProposal, table: str) -> str:
    """All that is known of a proposal: how its harm comes about, and every finding that its contract would give."""
    codes = Counter(finding.code for finding in one.findings)
    lines = [
        f"{one.name}: {one.kind} {printable(one.symbol)}",
        "",
        f"harm {one.harm.whole:g} = spread x sharing x divergence",
        f"  spread      {one.harm.spread:<7g} files in which something is found: {_files(one)}",
        f"  sharing     {one.harm.sharing:<7g} files that hold on to it, and objects that all share",
        f"  divergence  {one.harm.divergence:<7g} ways that lead to it, or things that do its work",
        "",
        "evidence",
        *_evidence(one.evidence),
        "",
        "contract",
        *_indented(one.contract(table)),
        "",
        f"findings that it would give now: {len(one.findings)}",
        *(f"  {number:>6}  {code} {CODES[code]}" for code, number in sorted(codes.items())),
        "",
        *(
            f"  {printable(finding.path)}:{finding.span.line}:{finding.span.column + 1} {finding.code} "
            f"{printable(finding.message)}"
            for finding in one.findings
        ),
        "",
    ]
    return "\n".join(lines)


def _head(number: int, one: ContractProposal) -> Iterator[str]:
    yield f"{number}. {one.name}: {one.kind} {printable(one.symbol)}"
    told = f"{counted(len(one.findings), 'finding')} in {counted(_files(one), 'file')}"
    yield (
        f"{_INDENT}harm {one.harm.whole:g} (spread {one.harm.spread:g} x sharing {one.harm.sharing:g} x "
        f"divergence {one.harm.divergence:g}); {told} now"
    )


def _files(one: ContractProposal) -> int:
    return len({finding.path for finding in one.findings})


def _indented(text: str) -> list[str]:
    return [f"{_INDENT}{line}".rstrip() for line in text.rstrip("\n").split("\n")]


def _evidence(evidence: Mapping[str, object]) -> Iterator[str]:
    for key, value in evidence.items():
        if key in ("harm", "codes", "places") or value in ([], {}, "", None):
            continue
        if isinstance(value, list):
            yield f"  {key}: {len(value)}"
            yield from (f"    {_said(item)}" for item in value)
        else:
            yield f"  {key}: {_said(value)}"


def _said(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_said(item)}" for key, item in value.items() if item not in ("", None))
    return printable(str(value))
