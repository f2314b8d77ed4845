"""What a path leads to: the symbol of a contract or something that stands for it, with the chain that proves it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ssot_lint.model.finding import Hop

Kind = Literal[
    "symbol",  # the canonical object itself
    "instead",  # a class that nobody may derive from in its place
    "subclass",  # a class that derives from it
    "double",  # a subclass that the contract takes for a test double
    "factory",  # a callable that the contract names as such
    "maker",  # another callable that hands out an instance
    "instance",  # an object of the class
]
"""What a link leads to."""

At = Literal["", "canonical", "also", "implementation", "factory"]
"""What the path itself is to the contract; empty where it is nothing that the contract names."""


class Link(NamedTuple):
    """What a path leads to.

    ``rest`` is what follows the symbol (``create`` in ``N.create``); ``part`` is the beginning of that which does not
    stand in the path, but in the value of a name on the way: ``create``, for the path ``make``, where
    ``make = N.create``. ``sure`` is false when a binding on the way may bind something else. ``outside``: a subclass
    that does not stand in a home of the contract.
    """

    kind: Kind
    path: str
    at: At = ""
    rest: str = ""
    sure: bool = True
    chain: tuple[Hop, ...] = ()
    outside: bool = False
    asynchronous: bool = False
    origin: str = ""
    """The contract's own path that it leads to; kept when the link is reached by another."""
    part: str = ""


MOST_HOPS = 40


def joined(*hops: Hop, chain: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """A chain with hops before it; nobody reads thousands of them."""
    return (*hops, *chain)[:MOST_HOPS]
