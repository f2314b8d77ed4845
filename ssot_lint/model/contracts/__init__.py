"""The kinds of contract, one module for each: frozen records whose fields are the keys of the settings."""

from ssot_lint.model.contracts.base_contract import BaseContract
from ssot_lint.model.contracts.class_contract import ClassContract
from ssot_lint.model.contracts.contract import Contract, Role
from ssot_lint.model.contracts.gateway_contract import GatewayContract
from ssot_lint.model.contracts.vocabulary_contract import VocabularyContract

__all__ = [
    "KINDS",
    "BaseContract",
    "ClassContract",
    "Contract",
    "GatewayContract",
    "Role",
    "VocabularyContract",
]

KINDS: dict[str, type[Contract]] = {
    one.kind: one for one in (ClassContract, GatewayContract, VocabularyContract, BaseContract)
}
"""The kinds by the word that stands after ``kind =``."""
