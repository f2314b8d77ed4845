"""Where migrations stand → JSON for programs, as ``docs/track.md`` explains it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ssot_lint.report.json_text import dumps
from ssot_lint.tracking.progress import Birth, ContractProgress, History


def render(progress: Sequence[ContractProgress], history: History | None) -> str:
    document: dict[str, object] = {"contracts": [_contract(one) for one in progress]}
    if history is not None:
        document["history"] = [
            {"commit": one.commit, "findings": sum(number for _, number in one.findings)}
            for one in history.samples
        ]
        document["aliases"] = [_alias(one) for _, births in history.births for one in births]
    return f"{dumps(document, indent=2)}\n"


def _contract(progress: ContractProgress) -> dict[str, object]:
    return {
        "contract": progress.contract,
        "adoption": {"canonical": progress.adoption.canonical, "total": progress.adoption.total},
        "tests": [{"path": one.path, "retired": one.retired} for one in progress.tests],
        "shims": [
            {"path": one.path, "name": one.name, "importers": len(one.importers)} for one in progress.shims
        ],
        "steps": [
            {"id": one.id, "files": list(one.files), "findings": len(one.findings), "tier": one.tier}
            for one in progress.steps
        ],
    }


def _alias(birth: Birth) -> dict[str, object]:
    told: dict[str, object] = {
        "name": birth.alias.name,
        "path": birth.path,
        "line": birth.line,
        "commit": birth.commit or None,
        "date": birth.date or None,
    }
    if birth.original:
        told["original"] = birth.original
    return told
