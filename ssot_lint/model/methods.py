"""What one file says of objects whose methods it uses: what tells of which class they are. Frozen values only."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ssot_lint.model.finding import Span

CALL = "()"
"""What a call of it gives, among the steps of an origin. These words are no names, as attributes are."""
AWAIT = "await"
"""What awaiting it gives."""
ENTER = "with"
"""What ``with`` gives when it is entered."""
ENTER_LATER = "async with"
"""What ``async with`` gives."""
CLASS = "class"
"""The class of the object."""


class Telling(NamedTuple):
    """A place of the file that tells of a class, in the words of the code."""

    line: int
    text: str


Start = Literal[
    "path",  # what stands at ``target``
    "object",  # an object of the class at ``target``
    "above",  # what ``super()`` gives in the class at ``target``
    "receiver",  # the object whose method or attribute is asked for: ``Self``
]
"""Where an origin begins."""


class TypeOrigin(NamedTuple):
    """What an expression is: from where it starts, by attributes and other ``steps``. ``said`` has the places that tell
    so. ``hints`` are what an annotation says that it is, for where nothing else tells."""

    start: Start
    target: str = ""
    steps: tuple[str, ...] = ()
    said: tuple[Telling, ...] = ()
    hints: tuple[TypeOrigin, ...] = ()


class Origins(NamedTuple):
    """All that an expression may be besides None. ``sure``: it can be nothing else."""

    found: tuple[TypeOrigin, ...] = ()
    sure: bool = False


UNKNOWN = Origins()


class MethodUse(NamedTuple):
    """A place that takes a method of an object. ``doing`` and ``keys`` as of other uses, ``keys`` with all literals
    that a call is given. ``bound``: an assignment gives the method a name; ``named``: the place goes by such a name;
    ``handed``: it is an argument of a call; ``tested``: the code around asks of which class the object is."""

    span: Span
    spelled: str
    method: str
    origins: Origins
    doing: Literal["read", "call", "write", "may-write", "augment", "type"]
    keys: tuple[str, ...]
    scope: str
    guards: tuple[str, ...] = ()
    bound: str = ""
    named: bool = False
    handed: bool = False
    tested: bool = False


class TypedMember(NamedTuple):
    """An attribute of the objects of a class, or a property."""

    name: str
    origins: Origins


class Kin(NamedTuple):
    """A class, a function or another value of the file, as far as it tells of classes.

    A class has its ``bases``, all names that its statement ``defines``, and its ``members``; a function what it
    ``gives``, and what entering that gives; a value what it is (``gives``)."""

    line: int
    qualname: str
    form: Literal["class", "function", "value"]
    text: str
    bases: tuple[Origins, ...] = ()
    defines: tuple[str, ...] = ()
    members: tuple[TypedMember, ...] = ()
    gives: Origins = UNKNOWN
    enters: Origins = UNKNOWN
    asynchronous: bool = False


class Methods(NamedTuple):
    """All of it. ``imports`` are the modules that the file imports, by their first names; those of packages around it
    are left out."""

    uses: tuple[MethodUse, ...] = ()
    kin: tuple[Kin, ...] = ()
    imports: tuple[str, ...] = ()


def targets_in(said: Methods) -> set[str]:
    """The targets of all that a file says."""
    each = [one.origins for one in said.uses]
    for kin in said.kin:
        each += [*kin.bases, *(one.origins for one in kin.members), kin.gives, kin.enters]
    todo = [origin for one in each for origin in one.found]
    for origin in todo:
        todo += origin.hints
    return {origin.target for origin in todo if origin.target}
