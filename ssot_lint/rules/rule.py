"""What a rule is: a code and a name; and what makes a set of rules valid."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

CODE = re.compile(r"SOT[1-9]\d\d")
FAMILIES = {"1": "identity", "2": "construction", "3": "sharing", "9": "health"}
"""The folder of a rule, by the first digit of its code."""
NAME = re.compile(r"[a-z]+(-[a-z]+)*")


class Rule(NamedTuple):
    """``name`` says what is found, in kebab case, and is the stem of the rule's page in ``rules/`` and of its module.

    ``of_stage``: its findings are made by a stage itself (an unparsable file, an unused exemption).
    """

    code: str
    name: str
    of_stage: bool = False

    @property
    def family(self) -> str:
        return FAMILIES[self.code[3]]


def validate(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules as given; ValueError when a code or name is malformed or taken twice."""
    ordered = tuple(rules)
    for rule in ordered:
        if not CODE.fullmatch(rule.code) or not NAME.fullmatch(rule.name):
            raise ValueError(f"malformed rule: {rule.code} {rule.name}")
    for values in ([rule.code for rule in ordered], [rule.name for rule in ordered]):
        if len(set(values)) != len(values):
            raise ValueError(f"rules share a code or a name: {values}")
    return ordered
