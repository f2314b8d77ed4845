"""One contract and the evidence of one file go in; matches come out. Each family of rules has a folder.

A rule's module is imported when files are judged, and what makes its fixes when one is made. Rules never import each
other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, cast

from ssot_lint.model.rules import PRECEDENCE, Rule

if TYPE_CHECKING:
    from types import ModuleType

    from ssot_lint.fixes.repair import Repair
    from ssot_lint.model.finding import Fix
    from ssot_lint.rules.evidence import Evidence, Match

__all__ = ["PRECEDENCE", "check_of", "fixer_of"]


def check_of(rule: Rule) -> Callable[[Evidence], Iterator[Match]]:
    """The function of a rule that judges files."""
    return cast("Callable[[Evidence], Iterator[Match]]", _module(rule).check)


def fixer_of(rule: Rule) -> Callable[[Repair], Fix] | None:
    """The function of a rule that makes the fix of a finding, if it has one. It raises ``Unfixable`` where a person
    must decide."""
    return cast("Callable[[Repair], Fix] | None", getattr(_module(rule), "fix", None))


def _module(rule: Rule) -> ModuleType:
    return import_module(rule.module or f"ssot_lint.rules.{rule.family}.{rule.name.replace('-', '_')}")
