"""The rules: one module per rule, named as the rule is. ``ALL`` is the explicit, ordered table.

Within one family the order is that of precedence: of two rules that flag one place the first alone reports.
The table alone is imported by all; a rule's module when files are judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, cast

from ssot_lint.rules.rule import Rule, validate

if TYPE_CHECKING:
    from ssot_lint.rules.evidence import Evidence, Match

PRECEDENCE: tuple[Rule, ...] = validate(
    (
        Rule("SOT106", "import-fallback"),
        Rule("SOT103", "retired-name"),
        Rule("SOT107", "string-reference"),
        Rule("SOT105", "re-export"),
        Rule("SOT104", "alias-assignment"),
        Rule("SOT101", "alias-import"),
        Rule("SOT102", "noncanonical-import"),
        Rule("SOT204", "factory-bypass"),
        Rule("SOT203", "competing-subclass"),
        Rule("SOT201", "direct-construction"),
        Rule("SOT202", "indirect-construction"),
        Rule("SOT205", "unisolated-factory-call"),
        Rule("SOT206", "rival-factory"),
        Rule("SOT303", "singleton-class"),
        Rule("SOT304", "cached-factory"),
        Rule("SOT306", "unkeyed-registry"),
        Rule("SOT302", "lazy-global"),
        Rule("SOT301", "module-instance"),
        Rule("SOT305", "shared-mutable-state"),
        Rule("SOT900", "unparsable-file", of_stage=True),
        Rule("SOT901", "unknown-canonical", of_stage=True),
        Rule("SOT902", "unbound-implementation", of_stage=True),
        Rule("SOT903", "unused-contract", of_stage=True),
        Rule("SOT904", "unused-exemption", of_stage=True),
        Rule("SOT905", "expired-exemption", of_stage=True),
        Rule("SOT906", "unexplained-exemption", of_stage=True),
        Rule("SOT907", "void-declaration", of_stage=True),
    )
)

ALL: tuple[Rule, ...] = tuple(sorted(PRECEDENCE, key=lambda rule: rule.code))

CODES: Mapping[str, str] = {rule.code: rule.name for rule in ALL}
"""The name of the rule of each code."""


def check_of(rule: Rule) -> Callable[[Evidence], Iterator[Match]]:
    """The function of a rule that judges files."""
    module = import_module(f"ssot_lint.rules.{rule.family}.{rule.name.replace('-', '_')}")
    return cast("Callable[[Evidence], Iterator[Match]]", module.check)
