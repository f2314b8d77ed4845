"""Proposals → JSON: ``{"proposals": [{"kind", "symbol", "harm", "contract", "findings", "evidence"}]}``. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from ssot_lint.discovery.proposals.proposal import ContractProposal


def document(proposals: Iterable[tuple[ContractProposal, str]]) -> dict[str, object]:
    """Proposals, each with what stands before ``contracts`` in the name of its table. ``findings`` is a number,
    ``harm`` one between 0 and 1 whose parts are in the evidence."""
    return {
        "proposals": [
            {
                "kind": one.kind,
                "symbol": one.symbol,
                "harm": one.harm.whole,
                "contract": one.contract(table),
                "findings": len(one.findings),
                "evidence": dict(one.evidence),
            }
            for one, table in proposals
        ]
    }
