"""One contract and the evidence of one file go in; matches come out. Each family of rules has a folder.

A rule's module is imported when files are judged, and not before. Rules never import each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, cast

from ssot_lint.model.rules import PRECEDENCE, Rule

if TYPE_CHECKING:
    from ssot_lint.rules.evidence import Evidence, Match

__all__ = ["PRECEDENCE", "check_of"]


def check_of(rule: Rule) -> Callable[[Evidence], Iterator[Match]]:
    """The function of a rule that judges files."""
    own = f"ssot_lint.rules.{rule.family}.{rule.name.replace('-', '_')}"
    module = import_module(rule.module or own)
    return cast("Callable[[Evidence], Iterator[Match]]", module.check)
