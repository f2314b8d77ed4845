"""What a rule may ask of one contract and one file; each module of this package answers one kind of question.

``names`` tells by which names the file has the symbol, ``meaning`` what a value may be, ``classes`` which classes are
the contract's, ``kept`` what outlives a call, ``isolation`` what keeps users apart, and ``chains`` makes a match with
the bindings that prove it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from ssot_lint.inference.ask import Ask
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.resolve import Links
from ssot_lint.model.contracts import ClassContract, Contract
from ssot_lint.model.facts import Facts, Where
from ssot_lint.model.finding import Hop, Span

__all__ = ["Evidence", "Flagged", "Match"]

Kind = TypeVar("Kind", bound=Contract)


class Flagged(NamedTuple):
    """The code that a rule flags. ``spelled``: the name in it that leads to the symbol. ``is_text``: the name stands
    in a string, where the names of the file mean nothing."""

    span: Span
    spelled: str
    where: Where
    is_text: bool = False


class Match(NamedTuple):
    """A place that fails a rule. The engine makes a finding of it. ``may``: only a run can tell whether it fails."""

    span: Span
    message: str
    spelled: str
    where: Where
    chain: tuple[Hop, ...] = ()
    may: bool = False
    advice: str = ""
    symbol: str = ""
    """What the place touches, where the contract protects several things."""
    mild: bool = False
    """It is certain, and only a warning."""
    likeness: int = 0
    """Of a copy, and of who takes one: in percent how much it resembles the other."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """``module`` is the file that is judged; ``ask`` asks inference about it. ``led``: whether any value of
    the file may be the contract's; if not, only what it has retired and what strings say can fail."""

    links: Links
    module: Module
    ask: Ask
    led: bool = True

    @property
    def contract(self) -> ClassContract:
        """What a contract of the kind ``class`` says."""
        return self.of_kind(ClassContract)

    @property
    def facts(self) -> Facts:
        return self.module.facts

    @property
    def canonical(self) -> str:
        return self.links.contract.symbol

    @property
    def home(self) -> bool:
        """Whether this file is where the symbol is defined."""
        return self.links.roles.is_home(self.module)

    @property
    def judged(self) -> bool:
        """Whether the contract applies to this file at all."""
        return not self.home and self.links.contract.judges(self.module.name)

    @property
    def builds(self) -> bool:
        """Whether SOT201 to SOT205 judge this file: the contract says who may build, and this file may not."""
        return self.constructs and not self.links.roles.may_build(self.module)

    @property
    def constructs(self) -> bool:
        """Whether the contract says who may build, the symbol is something that can be built, and the file knows it."""
        says = self.led and bool(self.contract.factories or self.contract.build_in)
        return says and self.links.roles.is_class

    @property
    def outside(self) -> str:
        """Where an instance is made that nobody may make there, as the end of a message."""
        return f"outside {'its factory' if self.contract.factories else 'the modules that may build it'}"

    @property
    def remedy(self) -> str:
        """What to do instead of building an instance."""
        if self.links.usable:
            return f"call {self.links.usable[0]}"
        builders = ", ".join(self.contract.build_in)
        return f"build it in {builders}" if builders else "correct the contract's `factories`, and call one"

    @property
    def shares(self) -> bool:
        """Whether SOT301 to SOT304, and SOT306, judge this file."""
        return self.led and self.isolated

    @property
    def isolated(self) -> bool:
        """Whether users may not share an instance."""
        return self.contract.instances == "isolated" and self.links.roles.is_class

    def of_kind(self, kind: type[Kind]) -> Kind:
        """The contract, which is of the kind that the rule is for."""
        contract = self.links.contract
        assert isinstance(contract, kind)
        return contract

    def in_factory(self, where: Where) -> bool:
        return self.links.roles.in_factory(self.module, where.scope)

    def excused(self, where: Where) -> bool:
        """Whether identity is not judged at a place: at home and in the factories' bodies."""
        return self.home or self.in_factory(where)

    def absolute(self, target: str) -> str:
        return absolute(target, self.module)
