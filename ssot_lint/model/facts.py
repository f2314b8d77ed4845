"""The nouns of facts: what one file says. Frozen values only: tuples, for there are very many, and stores keep them.

A *target* is a dotted path as one file can know it: absolute (`app.ws.manager.N`), relative with leading dots
(`..ws.manager.N`), `:N` for the file's own global N, or `?N` for a name that nothing in the file binds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ssot_lint.model.finding import Comment, Span


class Where(NamedTuple):
    """The circumstances of a place. ``scope`` is the enclosing qualified name, empty at module level; ``kind``
    that of the innermost scope: ``module``, ``class`` or ``function``. ``deferred``: runs when called and not
    at import. ``guards`` and ``attempts``: see ``scopes.Site``."""

    scope: str = ""
    kind: str = "module"
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
    binds a ``global`` from within a function has no scope, and is deferred."""

    span: Span
    module: str
    name: str
    bound: str
    renamed: bool
    where: Where

    @property
    def target(self) -> str:
        if not self.name or self.name == "*":
            return self.module
        return f"{self.module}{'' if self.module.endswith('.') else '.'}{self.name}"


class Value(NamedTuple):
    """An expression whose value goes somewhere. ``form``: ``path`` (``ref``), ``call`` (``parts[0]`` is the
    callee), ``await``, ``either`` (conditional), ``container``, ``lazy`` (its parts are made when they are asked
    for), ``empty`` (a new container), ``none``, ``string``, ``own`` (an instance of the class around, see ``Write``),
    ``lambda`` (``parts[0]`` is what it returns, the others are its parameters) or ``other``. ``suspect``: it may hold
    what was asked for, and inference can tell."""

    span: Span
    form: str
    ref: Ref | None = None
    parts: tuple[Value, ...] = ()
    suspect: bool = False


class Binding(NamedTuple):
    """A statement that gives a name a value. ``how``: assign, class, def, alias (PEP 695), key (``globals()``),
    attribute (``mod.A = …``, ``setattr``), global, nonlocal, kept (nonlocal, of a
    function that runs once, at import), default (of a parameter), given (to a decorator), loop, with, or delete.
    The value of a loop is what it goes through, that of a with what is entered."""

    span: Span
    name: str
    how: str
    where: Where
    value: Value | None = None
    owner: Ref | None = None

    @property
    def of_module(self) -> bool:
        """Whether it binds a name of the module: at its level, or from within a function."""
        return not self.where.scope or self.how in ("global", "key")


class Use(NamedTuple):
    """A place that refers to a name."""

    ref: Ref
    where: Where


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
    singleton decorator does."""

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
    generator: bool = False
    wraps: bool = False


class Slot(NamedTuple):
    """A class attribute or module-level name that is made to keep things in.

    ``form``: ``container``, ``none`` (a placeholder), ``context`` (each context or thread has its own), ``weak``, or
    ``default``: a container as the default of a parameter, of the function ``owner``. ``declared``: annotated in a
    class, and not as ``ClassVar``: some frameworks copy such a one for each instance."""

    span: Span
    name: str
    owner: str
    form: str
    declared: bool = False


class Class(NamedTuple):
    """A class statement. ``shape``: how it keeps one instance (``new``, ``getter``, ``self`` where an object stores
    itself beside others, ``borg``, ``call`` for a metaclass or a decorator), with the line that shows it; ``fresh``:
    attributes that every new instance gets of its own; ``makers``: its own methods that return a new instance;
    ``parameters``: what it is called with, where its own ``__init__`` or ``__new__`` tells (``*rest`` with a star)."""

    span: Span
    name: str
    qualname: str
    where: Where
    bases: tuple[Value, ...]
    metaclass: Ref | None
    decorators: tuple[Ref, ...]
    shape: str = ""
    shape_line: int = 0
    fresh: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    parameters: tuple[str, ...] | None = None
    kept: str = ""
    """The name under which its module, or a class there, has an object of it from import on."""


class Write(NamedTuple):
    """A change of something that outlives the statement.

    ``owner``: ``self`` or ``class`` (an attribute of an instance or of the class itself, ``klass`` is that class's
    qualified name), ``name`` (a global), ``attribute`` (of another path), ``default`` (a parameter's) or ``kept`` (a
    variable of a function that runs once, at import). ``name`` is the attribute or variable, ``how`` is ``item``,
    ``augment``, ``rebind``, ``fill`` (a new container that holds the value is bound in the old one's place) or the
    mutating method. ``key`` has the paths in the key's expression and in what its
    local variables are made from. ``value`` is what is put there, of the form ``own`` where that is an instance of
    the class around the place; ``holder`` is whose attribute it is, where that may be what was asked for."""

    span: Span
    owner: str
    name: str
    how: str
    klass: str
    where: Where
    target: Ref | None = None
    key: tuple[str, ...] = ()
    value: Value | None = None
    holder: Value | None = None


# -- state: what one file keeps, and what it does to what is kept, without any name asked for ---------------------


class Touch(NamedTuple):
    """Something that a place does to what outlives it. ``target`` is the path that it goes by (``:Hub.users`` for
    ``self.users`` in ``Hub``, ``:add.items`` for a parameter with a default).

    ``how``: ``call`` (of the target), ``item`` (a store into it, or a change of what it holds), ``set`` (of an
    attribute or a global), ``augment`` (``+=`` and its like, which may be both), ``memo`` (any of these, while it is
    unset, with what no parameter brings), ``decorate``, ``configure`` (``@target(…)``) or ``read``. ``via``: nothing,
    ``self``, ``cls`` or ``default``. ``scope`` is the qualified name of the innermost function around it, empty at
    import; ``outer`` that of the outermost one, and ``depth`` counts the functions from there. ``when``: the
    attribute of the object that must be true; ``unset``: the targets that were found unset before a call without
    arguments; ``bound``: the attributes that the method's object has got of its own before."""

    target: str
    how: str
    via: str
    scope: str
    outer: str
    depth: int
    line: int
    when: str = ""
    unset: tuple[str, ...] = ()
    bound: tuple[str, ...] = ()


class Held(NamedTuple):
    """A name that is bound at import. ``owner``: the class, or the function whose parameter has it as default.

    ``form``: ``container``, ``context``, ``weak``, ``none``, ``path`` (of ``paths``), ``call`` (of ``paths``, any of
    them) or ``other``. ``declared``: annotated in a class, and not as ``ClassVar``. ``given``: the positions and
    keywords of the call's arguments, ``*`` where these are not all known."""

    span: Span
    name: str
    owner: str
    form: str
    paths: tuple[str, ...] = ()
    declared: bool = False
    given: tuple[str, ...] = ()


class Fill(NamedTuple):
    """An assignment in a function to what outlives it: ``how`` is ``global``, ``nonlocal``, ``key`` or ``attribute``.

    ``target`` and ``via`` as in ``Touch``; ``form`` and ``paths`` as in ``Held``. ``lazy``: under a condition."""

    span: Span
    target: str
    how: str
    via: str
    form: str
    paths: tuple[str, ...]
    scope: str
    outer: str
    depth: int
    lazy: bool = False


class FunctionState(NamedTuple):
    """A function of a module or a class. ``makes``: what is called for that which it returns. ``keyed``: it has
    parameters besides its object or class. ``hands_back``: it returns a parameter, or a function in the place of one,
    as decorators do."""

    span: Span
    qualname: str
    owner: str
    decorators: tuple[str, ...]
    makes: tuple[str, ...]
    keyed: bool
    hands_back: bool
    wraps: bool


class ClassState(NamedTuple):
    """A class statement. ``bases``, ``metaclass`` and ``decorators`` are targets; ``shape`` as in ``Class``.
    ``contextual``: attributes that its methods bind to a thread's or a context's own storage, and ``containers``:
    to a new container, or its body to one or to a field with a factory of such; ``fresh``: those that every new
    object gets of its own. ``flags``: attributes that are false unless an argument says otherwise, with its position
    and its keyword."""

    span: Span
    qualname: str
    bases: tuple[str, ...]
    metaclass: tuple[str, ...]
    decorators: tuple[str, ...]
    shape: str = ""
    shape_line: int = 0
    methods: tuple[str, ...] = ()
    contextual: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    flags: tuple[tuple[str, str, str], ...] = ()


class State(NamedTuple):
    """What one file keeps and does to what is kept. ``imports`` are module-level names with their targets (``*``: a
    star import); ``called``: the names of attributes that functions read of objects nothing is known of."""

    imports: tuple[tuple[str, str], ...] = ()
    held: tuple[Held, ...] = ()
    fills: tuple[Fill, ...] = ()
    touches: tuple[Touch, ...] = ()
    functions: tuple[FunctionState, ...] = ()
    classes: tuple[ClassState, ...] = ()
    called: tuple[str, ...] = ()


OTHERS = "*"
"""Stands in ``Facts.exports`` for names that a run computes; with a target behind it, for what that module exports."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one file says about the names asked for. ``exports`` is ``__all__`` as far as it is literal, with ``OTHERS``
    where some of it is computed, and with its line; ``forwards`` are names (or ``*``) that a module-level
    ``__getattr__`` serves, with their targets. ``bound`` and ``needs``: see ``outline``."""

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
    state: State | None = None
    comments: tuple[Comment, ...] = ()
    problem: str = ""
    problem_line: int = 0
    problem_column: int = 0
    bound: tuple[tuple[str, str], ...] = ()
    needs: tuple[tuple[str, int], ...] = ()

    def may_mention(self, name: str) -> bool:
        """Whether it is worth while to look among imports and uses for a name."""
        return True

    def forget(self) -> None:
        """Lets go of whatever can be made again: who has looked at thousands of files need not keep all of it."""
