"""The nouns of sharing: what one file keeps, and what it does to what is kept, without any name asked for.

Frozen values as in ``facts``, and targets are the same.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from ssot_lint.model.finding import Span

Keeps = Literal[
    "container",  # a new container, for all who use the name
    "context",  # each context or thread has its own
    "weak",  # a container that holds its elements weakly
    "none",  # ``None``: a placeholder
    "default",  # a container as the default of a parameter (of ``Facts.slots`` only)
    "path",  # what ``paths`` lead to; this and the following in ``Sharing`` only
    "call",  # the result of a call of one of ``paths``
    "other",  # anything else
]
"""What a name is bound to, as a place to keep things in."""


class Slot(NamedTuple):
    """A name that is bound at import; in ``Facts.slots`` only if it is made to keep things in.

    ``owner``: the class, or the function whose parameter has it as default. ``declared``: annotated in a class, and not
    as ``ClassVar``: some frameworks copy such an attribute for each instance. ``given`` (in ``Sharing`` only): the
    positions and keywords of the call's arguments, ``*`` where these are not all known."""

    span: Span
    name: str
    owner: str
    form: Keeps
    declared: bool = False
    paths: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


Shape = Literal[
    "",  # it keeps none
    "new",  # ``__new__`` keeps the first instance
    "getter",  # another method keeps an instance for all
    "self",  # an object stores itself beside others
    "borg",  # all instances share one ``__dict__``
    "call",  # a metaclass or a decorator: ``__call__`` keeps what it makes
]
"""How a class keeps one instance."""


Act = Literal[
    "call",  # a call of the target
    "item",  # a store into it, or a change of what it holds
    "set",  # a binding of an attribute or a global
    "augment",  # ``+=`` and its like, which may be both
    "memo",  # any of these, while the target is unset, with what no parameter brings
    "decorate",  # ``@target``
    "configure",  # ``@target(…)``
    "read",  # anything else
]
"""What a place does to a target."""

Via = Literal[
    "",  # the path begins with a name of the module, or with one that it imports
    "self",  # with the object of the method around
    "cls",  # with its class
    "default",  # with a parameter that has a default
]
"""By way of what a path leads to its target."""


class Touch(NamedTuple):
    """Something that a place does to what outlives it. ``target`` is the path by which the place reaches it
    (``:Hub.users`` for ``self.users`` in ``Hub``, ``:add.items`` for a parameter with a default).

    ``scope`` is the qualified name of the innermost function around, empty at import; ``outer`` that of the outermost
    function, and ``depth`` counts the functions below that. ``when``: an attribute of the object that must be true;
    ``unset``: the targets that were found unset before a call without arguments; ``bound``: the attributes that the
    method's object has of its own by then.
    """

    target: str
    how: Act
    via: Via
    scope: str
    outer: str
    depth: int
    line: int
    when: str = ""
    unset: tuple[str, ...] = ()
    bound: tuple[str, ...] = ()


FilledBy = Literal[
    "global",  # in a function that declares the name global
    "nonlocal",  # in a function that declares the name nonlocal
    "key",  # by the module's dictionary: ``globals()["a"] = …``
    "attribute",  # of a class, or of whatever the path leads to
]
"""How a function binds what outlives it."""


class Fill(NamedTuple):
    """An assignment in a function to what outlives it: of a container, or of what a call gives.

    ``target``, ``via``, ``scope``, ``outer`` and ``depth`` as in ``Touch``; ``form`` and ``paths`` as in ``Slot``.
    ``lazy``: under a condition."""

    span: Span
    target: str
    how: FilledBy
    via: Via
    form: Keeps
    paths: tuple[str, ...]
    scope: str
    outer: str
    depth: int
    lazy: bool = False


class FunctionSharing(NamedTuple):
    """A function of a module or a class. ``makes``: the targets of the calls whose results it returns. ``keyed``: it
    has parameters besides its object or class. ``hands_back``: it returns a parameter, or a function in place of a
    parameter, as decorators do. ``wraps`` as in ``Function``."""

    span: Span
    qualname: str
    owner: str
    decorators: tuple[str, ...]
    makes: tuple[str, ...]
    keyed: bool
    hands_back: bool
    wraps: bool


class ClassSharing(NamedTuple):
    """A class statement. ``bases``, ``metaclass`` and ``decorators`` are targets; ``shape`` as in ``Class``.
    ``contextual``: attributes that its methods bind to storage of a thread or a context. ``containers``: attributes
    that its methods bind to a new container, or its body to a container or a field whose factory makes one. ``fresh``:
    attributes that every new object has of its own. ``flags``: attributes that are false unless an argument says
    otherwise, each with the position and the keyword of the argument."""

    span: Span
    qualname: str
    bases: tuple[str, ...]
    metaclass: tuple[str, ...]
    decorators: tuple[str, ...]
    shape: Shape = ""
    shape_line: int = 0
    methods: tuple[str, ...] = ()
    contextual: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    flags: tuple[tuple[str, str, str], ...] = ()


class Sharing(NamedTuple):
    """What one file keeps, and what it does to what is kept. ``imports`` are module-level names with their targets
    (``*``: a star import); ``called``: the names of attributes that functions read of unknown objects."""

    imports: tuple[tuple[str, str], ...] = ()
    slots: tuple[Slot, ...] = ()
    fills: tuple[Fill, ...] = ()
    touches: tuple[Touch, ...] = ()
    functions: tuple[FunctionSharing, ...] = ()
    classes: tuple[ClassSharing, ...] = ()
    called: tuple[str, ...] = ()
