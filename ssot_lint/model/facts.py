"""The nouns of facts: what one file says. Frozen values only: tuples, for there are very many, and stores keep them.

A *target* is a dotted path as one file can know it: absolute (`app.ws.manager.N`), relative with leading dots
(`..ws.manager.N`), `:N` for the file's own global N, `?N` for a name that nothing in the file binds, or `~..x.N` for
one that counts from the name of the file's module, whether that is a package or not, as
`import_module("..x", __name__)` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from ssot_lint.model.finding import Comment, Span
from ssot_lint.model.literals import Literals
from ssot_lint.model.methods import Methods
from ssot_lint.model.sharing import Shape, Sharing, Slot
from ssot_lint.model.signatures import Signature

Level = Literal["module", "class", "function"]
"""What the innermost scope of a place belongs to."""


class Where(NamedTuple):
    """The circumstances of a place. ``scope`` is the enclosing qualified name, empty at module level; ``kind`` that of
    the innermost scope. ``deferred``: runs when called and not at import. ``guards`` and ``attempts``: see
    ``scopes.Site``."""

    scope: str = ""
    kind: Level = "module"
    deferred: bool = False
    guards: tuple[str, ...] = ()
    attempts: tuple[str, ...] = ()


class Ref(NamedTuple):
    """A name or dotted path in the code. ``targets``: all that scopes say it may stand for, none where a local
    value flows; ``sure``: it is the only one."""

    span: Span
    spelled: str
    targets: tuple[str, ...] = ()
    sure: bool = True


class Import(NamedTuple):
    """One alias of one import statement. ``name`` is empty for ``import module`` and ``*`` for a star import. One that
    binds a ``global`` from within a function has no scope, and is deferred. ``lasts``: it may be in force at the end of
    its scope."""

    span: Span
    module: str
    name: str
    bound: str
    renamed: bool
    where: Where
    lasts: bool = True

    @property
    def target(self) -> str:
        if not self.name or self.name == "*":
            return self.module
        return f"{self.module}{'' if self.module.endswith('.') else '.'}{self.name}"


Form = Literal[
    "path",  # a name or dotted path, or another spelling of one: ``ref``
    "generic",  # a subscript that may be the class itself, as ``Box[int]``: ``ref`` is what is subscripted
    "entry",  # a subscript with a literal key; ``ref`` is the container, if it is a path
    "item",  # a subscript with any other key
    "call",  # ``parts[0]`` is the callee, and ``ref`` that of the callee
    "await",  # ``parts[0]`` is what is awaited
    "same",  # ``parts[0]`` by another way: ``:=``, or a star before it
    "either",  # one of ``parts``: a conditional expression, ``and`` or ``or``
    "container",  # ``parts`` are those of its elements that may hold what was asked for; so with the next two
    "tuple",
    "lazy",  # a generator or ``map``: its parts are made when they are asked for
    "empty",  # a new container with nothing in it
    "none",  # ``None``
    "string",  # a literal
    "lambda",  # ``parts[0]`` is what it returns, the others are its parameters
    "own",  # an instance of the class around the place, see ``Write``
    "typed",  # of a function's ``returns`` only: an instance of the class ``ref``, by the annotation
    "member",  # an attribute of what the call ``parts[0]`` gives; ``ref`` spells its name, and has no targets
    "other",  # anything else
]
"""What an expression is."""

NESTS: tuple[Form, ...] = ("container", "tuple", "lazy")
"""The forms of values that have others in them."""


class Value(NamedTuple):
    """An expression whose value goes somewhere. ``suspect``: it may hold what was asked for, and inference can tell."""

    span: Span
    form: Form
    ref: Ref | None = None
    parts: tuple[Value, ...] = ()
    suspect: bool = False


Leading = Literal[
    "path",  # the name is bound to it, or is a class that has it as a base
    "given",  # a function may hand out what it gives, or the thing itself
    "held",  # an object, a table or a class in which there is what it leads to
    "all",  # any name of the module may be one of what it leads to: the lead has no name
]
"""What a target has to do with a name."""


class Lead(NamedTuple):
    """A target that has to do with a name of the module, or with ``member``, the first name behind it, as a method."""

    name: str
    member: str
    how: Leading
    target: str


Binds = Literal[
    "assign",  # in the scope of the place; also ``:=``
    "class",  # a class statement
    "def",  # a function statement
    "alias",  # ``type A = …`` (PEP 695)
    "key",  # of the module, by its dictionary: ``globals()["a"] = …``
    "attribute",  # of ``owner``: ``mod.A = …``, ``setattr``
    "module",  # ``sys.modules[…] = …``; ``name`` is the source of the key
    "global",  # in a function that declares the name global; there is no value where no assignment does it
    "nonlocal",  # in a function that declares the name nonlocal
    "kept",  # nonlocal, of a function that runs once, at import
    "default",  # of a parameter
    "given",  # to a decorator; ``name`` is what it decorates
    "decorated",  # a function or class; the value is a call of the decorator that comes last
    "loop",  # ``for``; the value is what the loop goes through
    "with",  # the value is what is entered, if the name gets all that this gives
    "caught",  # ``except … as``, or a pattern, outside of functions: there is no value
    "delete",  # ``del``: there is no value
]
"""How a statement gives a name its value."""


class Binding(NamedTuple):
    """A statement that gives a name a value, or takes it away. ``owner``: whose attribute it binds. ``gone``: where in
    its scope other statements have certainly replaced it. ``lasts``: it may be in force at the end of its scope."""

    span: Span
    name: str
    how: Binds
    where: Where
    value: Value | None = None
    owner: Ref | None = None
    gone: tuple[Span, ...] = ()
    lasts: bool = True

    @property
    def of_module(self) -> bool:
        """Whether it binds a name of the module: at its level, or from within a function."""
        return not self.where.scope or self.how in ("global", "key")


Doing = Literal[
    "read",
    "call",  # it is called
    "write",  # an item of it is set or deleted, or it is added to in place
    "may-write",  # so is what an expression gives, of which it is one of several values
    "augment",  # `name += …`, which changes what has that name, or only gives the name to something else
    "type",  # it is named only: in an annotation, ``isinstance``, ``hasattr``
]
"""What is done at a place with what a path leads to."""

WRITING = frozenset(
    "update pop popitem setdefault clear append extend insert remove sort reverse"
    " __setitem__ __delitem__ __iadd__ __ior__".split()
)
"""Methods that change a mapping or a list."""


class Use(NamedTuple):
    """A place that refers to a name."""

    ref: Ref
    where: Where
    doing: Doing = "read"


ITEM = "[]"
"""The slot of the key of a subscript, or of what is looked for in a container."""

INSIDE = "{}"
"""The slot of a key of a dict display that is an argument, or that is added in place."""


class Folded(NamedTuple):
    """A literal by which something is asked for, also one that is put together from others. ``span`` is the place of
    what has the item, or of the call; ``slot`` the position or the keyword there, ``ITEM`` or ``INSIDE``."""

    span: Span
    slot: str
    text: str


class Argument(NamedTuple):
    """``slot`` is the position or the keyword; ``text`` the literal of a string argument; ``names`` has the paths in
    the expression and in what its local variables are made from."""

    slot: str
    value: Value
    text: str = ""
    names: tuple[str, ...] = ()


class Call(NamedTuple):
    """A call. ``open``: ``*args`` or ``**kw`` hide arguments. ``method`` is the last attribute of the callee."""

    span: Span
    callee: Value
    method: str
    arguments: tuple[Argument, ...]
    open: bool
    where: Where


class Text(NamedTuple):
    """A string that looks like a reference. ``holder`` is the callee's path as spelled and as far as scopes
    know it (``sys.modules`` for a subscript); ``subject`` the first argument where that is a path."""

    span: Span
    value: str
    holder: Ref
    slot: str
    subject: Ref | None
    where: Where


class Function(NamedTuple):
    """A function with what it may hand out. ``owner`` is the qualified name of its class, if it is a method.

    ``parameters`` that take the rest stand with their stars. ``wraps``: it stores what its argument makes, as a
    singleton decorator does. ``others``: it may return something besides ``returns`` that is not None. ``yields``: it
    hands out one thing after the other, and a call of it gives none of them yet. ``keeps``: it may hand out
    what another call of it has made and kept."""

    span: Span
    name: str
    qualname: str
    where: Where
    owner: str
    parameters: tuple[str, ...]
    defaults: tuple[str, ...]
    decorators: tuple[Ref, ...]
    returns: tuple[Value, ...]
    asynchronous: bool = False
    wraps: bool = False
    others: bool = False
    yields: bool = False
    keeps: bool = False


class Annotation(NamedTuple):
    """A parameter that was asked for by name, or a field that the body of a class declares. ``function`` is the
    qualified name of what takes it, or of the class; ``values`` are all that its annotation lets it be, none where it
    has none."""

    span: Span
    function: str
    name: str
    where: Where
    values: tuple[Value, ...] = ()


class Method(NamedTuple):
    """A function statement in the body of a class."""

    span: Span
    name: str
    signature: Signature
    decorators: tuple[str, ...] = ()
    """Their last names; empty for what is no path."""


class Class(NamedTuple):
    """A class statement. ``shape`` comes with the line that shows it; ``fresh``: attributes that every new instance has
    of its own; ``makers``: its own methods that return a new instance; ``parameters``: what it is called with, where
    its own ``__init__`` or ``__new__`` tells (``*rest`` with a star)."""

    span: Span
    name: str
    qualname: str
    where: Where
    bases: tuple[Value, ...]
    metaclass: Ref | None
    decorators: tuple[Ref, ...]
    shape: Shape = ""
    shape_line: int = 0
    fresh: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    parameters: tuple[str, ...] | None = None
    kept: str = ""
    """The name of an object of it that importing its module makes."""
    methods: tuple[Method, ...] = ()
    names: tuple[str, ...] = ()
    """What its body binds besides methods."""
    fluent: tuple[str, ...] = ()
    """Its own methods that give back the object that they are called on."""


Owner = Literal[
    "self",  # an instance of the class ``klass`` (a qualified name); so with the next one
    "class",  # the class itself
    "name",  # the module: a global
    "attribute",  # another path
    "default",  # a parameter, by its default
    "kept",  # a function that runs once, at import: a variable of it
]
"""What owns the thing that a statement changes."""


class Write(NamedTuple):
    """A change of something that outlives the statement.

    ``name`` is the attribute or variable, ``how`` is ``item``, ``augment``, ``rebind``, ``fill`` (a new container that
    holds the value is bound in the old one's place) or the mutating method. ``key`` has the paths in the key's
    expression and in what its local variables are made from. ``value`` is what is put there, of the form ``own`` where
    that is an instance of the class around the place; ``holder`` is whose attribute it is, where that may be what was
    asked for."""

    span: Span
    owner: Owner
    name: str
    how: str
    klass: str
    where: Where
    target: Ref | None = None
    key: tuple[str, ...] = ()
    value: Value | None = None
    holder: Value | None = None


BY_NAME = "~"
"""Begins targets that count from the name of the file's module."""

OTHERS = "*"
"""Stands in ``Facts.exports`` for names that are computed; with a target behind it, for all that this module
exports."""


class FileOutline(NamedTuple):
    """What links ask of every file, whether it is judged or not.

    ``bound`` are the names of the module that may lead to a symbol, or to what hands one out, each with the target
    through which it must do so, or with nothing. ``needs`` are the targets of which another file may tell more, each
    with the number of names behind its module that matter. ``kin`` are the targets whose class the file must know."""

    bound: tuple[tuple[str, str], ...] = ()
    needs: tuple[tuple[str, int], ...] = ()
    leads: tuple[Lead, ...] = ()
    kin: tuple[str, ...] = ()


_SAYS_NOTHING = FileOutline()


@dataclass(frozen=True, slots=True)
class Facts:
    """What one file says about the names asked for. ``exports`` is ``__all__`` as far as it is literal, with ``OTHERS``
    where some of it is computed, and with its line; ``forwards`` are names (or ``*``) that a module-level
    ``__getattr__`` serves, with their targets. ``derived`` are names of the module that may be what was asked for, or
    derive from it: so they were asked for, too. ``named`` are the paths of all that the module and its classes bind,
    where that was asked."""

    imports: tuple[Import, ...] = ()
    bindings: tuple[Binding, ...] = ()
    uses: tuple[Use, ...] = ()
    calls: tuple[Call, ...] = ()
    texts: tuple[Text, ...] = ()
    functions: tuple[Function, ...] = ()
    classes: tuple[Class, ...] = ()
    slots: tuple[Slot, ...] = ()
    writes: tuple[Write, ...] = ()
    exports: tuple[str, ...] | None = None
    exports_line: int = 0
    forwards: tuple[tuple[str, str, int], ...] = ()
    sharing: Sharing | None = None
    comments: tuple[Comment, ...] = ()
    problem: str = ""
    problem_line: int = 0
    problem_column: int = 0
    derived: tuple[str, ...] = ()
    outline: FileOutline = _SAYS_NOTHING
    annotations: tuple[Annotation, ...] = ()
    literals: Literals | None = None
    methods: Methods | None = None
    keys: tuple[Folded, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def outer(self) -> tuple[Binding, ...]:
        """Those of the bindings that bind a name of the module: of most files nothing else is asked."""
        return tuple([one for one in self.bindings if one.of_module])

    def may_mention(self, name: str) -> bool:
        """Whether it is worth while to look among imports and uses for a name."""
        return True

    def forget(self) -> None:
        """Lets go of whatever can be made again, so that thousands of files need not be kept whole."""
