"""Settings and contracts that are not written yet → the settings as they would be. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ssot_lint.model.contracts import Contract
from ssot_lint.settings.settings import Settings


def of_contracts_alone(
    settings: Settings, contracts: Sequence[Contract], *, copies: bool = False
) -> Settings:
    """The settings with these contracts and no others, and without members. ``copies``: all are looked for."""
    return replace(
        settings,
        contracts=tuple(contracts),
        exemptions=(),
        workspace=(),
        duplicates="all" if copies else "contracts",
        singletons="contracts",
    )


def with_parsed(settings: Settings, parsed: Settings) -> Settings:
    """The settings with the contracts of others, as if they stood in the same file."""
    return replace(
        settings,
        contracts=(*settings.contracts, *parsed.contracts),
        contract_lines={**settings.contract_lines, **parsed.contract_lines},
        sources={**settings.sources, **dict.fromkeys(parsed.sources, settings.label)},
    )


def with_contract(settings: Settings, contract: Contract) -> Settings:
    """The settings with another contract in the place of that of its name."""
    return replace(
        settings,
        contracts=tuple(contract if one.name == contract.name else one for one in settings.contracts),
    )
