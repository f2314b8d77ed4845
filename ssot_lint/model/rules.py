"""The rules that there are: codes, names, families, and which one reports where several flag one place; and what an
installed package may add to them.

``PRECEDENCE`` is the explicit, ordered table: of two rules of a family that flag one place the first alone reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ssot_lint.model.contracts import Contract

CODE = re.compile(r"SOT[1-9]\d\d")
FAMILIES = {
    "1": "identity",
    "2": "construction",
    "3": "sharing",
    "4": "duplication",
    "5": "gateway",
    "6": "vocabulary",
    "7": "shape",
    "8": "added",
    "9": "health",
}
"""The folder of a rule's module and of its page, by the first digit of the code. ``SOT8xx`` are rules of plugins."""
NAME = re.compile(r"[a-z]+(-[a-z]+)*")


class Rule(NamedTuple):
    """``name`` says what is found, in kebab case, and is the stem of the rule's page and of its module.

    ``of_stage``: its findings are made by a stage itself (an unparsable file, an unused exemption). ``of_project``: it
    judges all files of a project at once. ``kind`` is that of the contracts whose places it judges. ``module`` is given
    by a plugin alone: the dotted name of a module whose ``check`` judges files, and whose docstring is the page.
    """

    code: str
    name: str
    of_stage: bool = False
    kind: str = "class"
    module: str = ""
    of_project: bool = False

    @property
    def family(self) -> str:
        return FAMILIES[self.code[3]]

    @property
    def page(self) -> str:
        """The path of the rule's page in the folder of pages."""
        return f"{self.family}/{self.name}.md"


class Plugin(NamedTuple):
    """What an installed package adds: the object of its entry point in ``ssot_lint.rules``."""

    rules: tuple[Rule, ...] = ()
    kinds: tuple[type[Contract], ...] = ()


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


def spanned(prefix: str) -> str:
    """The codes that begin with a prefix, as ``SOT201 to SOT206``."""
    codes = [code for code in CODES if code.startswith(prefix)]
    return f"{codes[0]} to {codes[-1]}"


_PRECEDENCE: list[Rule] = [
    *validate(
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
            Rule("SOT402", "near-copy", of_project=True),
            Rule("SOT303", "singleton-class"),
            Rule("SOT304", "cached-factory"),
            Rule("SOT306", "unkeyed-registry"),
            Rule("SOT302", "lazy-global"),
            Rule("SOT301", "module-instance"),
            Rule("SOT305", "shared-mutable-state"),
            Rule("SOT403", "redefinition"),
            Rule("SOT401", "rival-definition"),
            Rule("SOT404", "rival-import"),
            Rule("SOT503", "primitive-write", kind="gateway"),
            Rule("SOT504", "primitive-string", kind="gateway"),
            Rule("SOT501", "primitive-import", kind="gateway"),
            Rule("SOT502", "primitive-use", kind="gateway"),
            Rule("SOT606", "vocabulary-drift", kind="vocabulary"),
            Rule("SOT605", "rival-vocabulary", kind="vocabulary"),
            Rule("SOT603", "retired-value", kind="vocabulary"),
            Rule("SOT602", "unknown-value", kind="vocabulary"),
            Rule("SOT601", "literal-value", kind="vocabulary"),
            Rule("SOT604", "unemitted-value", kind="vocabulary"),
            Rule("SOT701", "wrong-base", kind="base"),
            Rule("SOT702", "missing-base", kind="base"),
            Rule("SOT703", "method-signature", kind="base"),
            Rule("SOT704", "missing-method", kind="base"),
            Rule("SOT705", "untyped-parameter", kind="base"),
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
]

_ALL: list[Rule] = sorted(_PRECEDENCE, key=lambda rule: rule.code)
_CODES: dict[str, str] = {rule.code: rule.name for rule in _ALL}

PRECEDENCE: Sequence[Rule] = _PRECEDENCE
ALL: Sequence[Rule] = _ALL
"""In the order of their codes."""

CODES: Mapping[str, str] = _CODES
"""The name of the rule of each code."""


def add(rules: Iterable[Rule]) -> None:
    """Takes in the rules of a plugin, which go after all others. Raises ValueError where one has not a code ``SOT8xx``
    and a name of its own, and a module. Rules that are known already change nothing."""
    new = [rule for rule in rules if rule not in _ALL]
    for rule in new:
        if rule.family != "added" or not rule.module:
            raise ValueError(
                f"{rule.code} {rule.name}: a plugin's rule has a code from SOT801 on, and a module"
            )
    validate((*_ALL, *new))
    _PRECEDENCE.extend(new)
    _ALL[:] = sorted((*_ALL, *new), key=lambda rule: rule.code)
    _CODES.update((rule.code, rule.name) for rule in new)


ABOUT_ITSELF = "SOT9"
"""How the codes of findings about the lint itself begin."""

NEAR_COPY = "SOT402"
"""The code of a finding about two definitions: what excuses it can stand at either."""

RIVAL_IMPORT = "SOT404"
"""The code of a finding about a name that comes from a copy."""

RETIRED = "SOT103"
"""The code of findings about retired names."""

UNPARSABLE = "SOT900"
"""The code of a file that cannot be judged."""
