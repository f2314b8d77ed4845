"""The nouns of inference: what the names of a file lead to, and what its expressions are. Imports no astroid."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ssot_lint.model.finding import Span

Kind = Literal["symbol", "subclass", "outside", "constructor", "factory", "maker", "instance", "taken"]
"""What an expression can be to a contract:

- ``symbol``: what the contract names
- ``subclass``: a subclass of it at home
- ``outside``: a subclass of it elsewhere
- ``constructor``: an alternate constructor of the class
- ``factory``: a factory that the contract names
- ``maker``: another callable that hands out an instance
- ``instance``: an instance of the class
- ``taken``: the class, taken from a container by a key that only a run knows
"""

Elsewhere = Literal["nothing", "other"]
"""What is no contract's: None, and everything else."""


Stub = Literal["symbol", "subclass", "outside", "double", "constructor", "factory", "maker", "instance"]
"""What a name can be bound to in the stub world: as in ``Kind``, or a ``double`` of the class for tests."""


class StubTarget(NamedTuple):
    """What a path leads to. ``contract`` is the number of its contract, ``path`` the contract's own path of it.
    ``sure`` is false where only a run can tell whether the path leads there."""

    contract: int
    kind: Stub
    path: str = ""
    sure: bool = True


class Inferred(NamedTuple):
    """One thing that an expression may be. ``contract`` is a number, or -1 for none; ``path`` is the contract's own
    path of a factory. ``at``: where the class stands in the container that it is ``taken`` from."""

    kind: Kind | Elsewhere
    contract: int = -1
    path: str = ""
    at: Span | None = None
    sure: bool = True
