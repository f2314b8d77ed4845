"""What one file says of agreed values: the strings it spells out, and where these go. Frozen values only."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ssot_lint.model.finding import Span

Spelled = Literal[
    "text",  # a literal, or what is put together from literals: ``text``
    "path",  # a name or a dotted path: ``text`` is how it is spelled, ``targets`` what it may stand for
    "parameter",  # ``text`` is its name, ``constant`` the qualified name of its function
    "field",  # what a field holds
    "each",  # one after the other of what ``targets`` hold
    "data",  # a literal that is certainly no string; ``text`` is "None" where it is that
    "other",  # anything else
]
"""How an expression says what it is."""


class Leaf(NamedTuple):
    """One thing that an expression may be. ``span`` is that of what says it, which is elsewhere where a name is given
    it: then ``constant`` is the qualified name of that name."""

    span: Span
    form: Spelled
    text: str = ""
    targets: tuple[str, ...] = ()
    constant: str = ""


Place = Literal[
    "given",  # a field gets the value
    "compared",  # a field is compared with it
    "plain",  # the literal is one of the values asked for, and stands anywhere else
]
"""Where a value stands."""


class Spot(NamedTuple):
    """A place of a value. ``field`` is the name of the field, ``scope`` the enclosing qualified name; ``asserted``: a
    test asserts it."""

    place: Place
    field: str
    leaves: tuple[Leaf, ...]
    scope: str = ""
    asserted: bool = False


class Fed(NamedTuple):
    """An argument of an emitter. ``slot`` is its position or keyword, and empty where the position is not known."""

    slot: str
    leaves: tuple[Leaf, ...]


class Emission(NamedTuple):
    """A call of an emitter. ``open``: some arguments are hidden; ``bound``: it is called as a method of an object.
    ``targets`` are all that the callee may stand for, of a method through the class of the object, where that is
    certain. ``passes``: what is hidden is what the function around is given itself (``*args``)."""

    span: Span
    spelled: str
    targets: tuple[str, ...]
    arguments: tuple[Fed, ...]
    open: bool
    bound: bool
    scope: str = ""
    asserted: bool = False
    passes: bool = False


class Taker(NamedTuple):
    """The definition of a callable that goes by an emitter's name. ``parameters`` are those that take an argument by
    position, without ``self``, ``keywords`` the others, with their stars; ``hints`` the parameters, too, each with a
    type that its annotation names, where that is a plain path. ``decorated``: something else may be called in its
    place, or call it. ``method``: called through its class it is given the object first."""

    qualname: str
    parameters: tuple[str, ...]
    keywords: tuple[str, ...]
    hints: tuple[tuple[str, str], ...]
    decorated: bool = False
    method: bool = False


class Heir(NamedTuple):
    """A class that may have an emitter from its bases. ``bases`` are their targets, as far as they are plain paths."""

    qualname: str
    bases: tuple[str, ...]


Listed = Literal[
    "enum",
    "class",
    "module",
    "literal",  # ``Literal["a", "b"]``
    "collection",  # a tuple, list, set or frozenset
    "constant",  # one value; its text is the source of the literal, quotes and all
]
"""What lists values."""


class ListedEntry(NamedTuple):
    """``text`` is the string, or the source of a literal that is none; ``known``: it is one, and certain; ``data``: it
    certainly is none. ``target`` is what gives the value, where that is said elsewhere; ``every``: each value of the
    list there is one of this list."""

    span: Span
    name: str
    text: str
    known: bool = True
    data: bool = False
    target: str = ""
    every: bool = False


class WordList(NamedTuple):
    """Values that a file defines. ``name`` is the qualified name, empty for the module. ``open``: there are entries
    elsewhere, too; a constant has other values, too. ``taken`` is what it has from elsewhere without saying the value:
    what a module imports, and what a class has from its bases."""

    span: Span
    name: str
    form: Listed
    entries: tuple[ListedEntry, ...]
    open: bool = False
    taken: tuple[ListedEntry, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether it has no values but those that are known."""
        return not (self.open or self.taken) and all(one.known or one.data for one in self.entries)


class Literals(NamedTuple):
    """All of it."""

    spots: tuple[Spot, ...] = ()
    emissions: tuple[Emission, ...] = ()
    takers: tuple[Taker, ...] = ()
    lists: tuple[WordList, ...] = ()
    heirs: tuple[Heir, ...] = ()
