"""What the paths of a project lead to → the source of small modules that astroid sees instead of the files. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ssot_lint.inference.inferred import Stub, StubTarget

STUB = "__ssot__"
"""The package of the synthetic things: ``__ssot__.c0.Symbol`` is the symbol of the first contract."""

_SYMBOL = """\
class Symbol:
    def __enter__(self):
        return self
    def __aenter__(self):
        return self
{members}
class Subclass(Symbol):
    pass
{unknown}
class Outside(Symbol):
    pass
{unknown}
class Double: pass
class Perhaps(Symbol): pass
instance = Symbol()
"""
_MEMBER = """\
    @classmethod
    def {name}(cls, *args, **keywords):
        return cls()
"""
_GIVING_BACK = """\
    def {name}(self, *args, **keywords):
        return self
"""
_UNKNOWN = "    {name} = None\n"
_THING = f"""\
from {STUB}.c{{number}} import Symbol
def thing(*args, **keywords):
    return Symbol()
"""
_METHOD = f"""\
    @staticmethod
    def {{name}}(*args, **keywords):
        from {STUB}.c{{number}} import Symbol
        return Symbol()
"""
_LIBRARY = {"contextlib": "def contextmanager(function): pass\nasynccontextmanager = contextmanager\n"}
_WORDS: Mapping[str, Stub] = {
    "Symbol": "symbol",
    "Perhaps": "symbol",
    "Subclass": "subclass",
    "Outside": "outside",
    "Double": "double",
}
_NAMES: Mapping[Stub, str] = {kind: name for name, kind in _WORDS.items() if name != "Perhaps"} | {
    "instance": "instance"
}
_CLASSES = frozenset(["symbol", "subclass", "outside"])


@dataclass(slots=True)
class StubWorld:
    """The stub world of one file: what it asks is answered by ``targets.Targets``.

    ``resolve``: an absolute path → what it leads to. ``methods``: the path of a class → the factories that are
    its methods. ``exists``: whether there is a module at a path, in the project or because a contract says so;
    ``foreign``: whether a path leads out of the project. ``names`` are those that the file may take from a module,
    ``members`` the methods of each contract's class that hand out an instance, and ``fluent`` those that give back
    their object. ``brings``: the path of a name that is
    no contract's, and how the stub refers to a target → source that binds the name. ``binds``: whether a module binds
    the name at a path.
    """

    resolve: Callable[[str], StubTarget | None]
    methods: Callable[[str], Mapping[str, StubTarget]]
    exists: Callable[[str], bool]
    foreign: Callable[[str], bool]
    names: Sequence[str]
    members: Sequence[Mapping[str, StubTarget]]
    brings: Callable[[str, Callable[[StubTarget], str]], Sequence[str]] = lambda path, refer: ()
    fluent: Sequence[Sequence[str]] = ()
    binds: Callable[[str], bool] = lambda path: False
    things: list[StubTarget] = field(default_factory=list)

    def text(self, name: str) -> str | None:
        """The source of the module of a name; None where nothing is known of it."""
        package, _, last = name.partition(".")
        if package == STUB:
            if last.startswith("c"):
                number = int(last[1:])
                members = "".join(_MEMBER.format(name=one) for one in self.members[number])
                fluent = self.fluent[number] if self.fluent else ()
                members += "".join(_GIVING_BACK.format(name=one) for one in fluent)
                # A subclass may have a method of that name which gives back something else.
                unknown = "".join(_UNKNOWN.format(name=one) for one in fluent)
                return _SYMBOL.format(members=members, unknown=unknown)
            return _THING.format(number=self.things[int(last[1:])].contract) if last else ""
        if name not in _LIBRARY and not self.exists(name):
            return None
        return _LIBRARY.get(name, "") + "\n".join(self._lines(name))

    def _lines(self, module: str) -> Iterator[str]:
        for name in self.names:
            known = self.resolve(f"{module}.{name}")
            if known is not None:
                yield self._import(known, name)
                yield from self._more(module, name, known)
                continue
            methods = self.methods(f"{module}.{name}")
            if methods:
                yield f"class {name}:"
                for method, made in methods.items():
                    yield _METHOD.format(name=method, number=made.contract)
                continue
            brought = self._brought(module, name)
            yield from brought
            if not brought and self.binds(f"{module}.{name}"):
                # A star that brings it puts it in the place of what another star has brought.
                yield f"{name} = _unknown()"

    def _more(self, module: str, name: str, known: StubTarget) -> list[str]:
        """What a class that is a contract's brings of other contracts, or an object of it: the same, with those
        attributes."""
        is_object = known.kind == "instance" and known.sure
        lines = self._brought(module, name) if known.kind in _CLASSES or is_object else []
        at = next((at for at, line in enumerate(lines) if line.startswith("class ")), None)
        if at is None:
            return []
        base = f"_of_{name}" if is_object else name
        lines[at] = f"{lines[at].removesuffix(':')}({base}):"
        return [self._import(StubTarget(known.contract, "symbol"), base), *lines] if is_object else lines

    def _brought(self, module: str, name: str) -> list[str]:
        """What a name brings that is no link itself, with imports of what it is made of."""
        imports: list[str] = []

        def refer(known: StubTarget) -> str:
            bound = f"_{len(imports)}_{name}"
            imports.append(self._import(known, bound))
            return bound

        lines = self.brings(f"{module}.{name}", refer)
        return [*imports, *lines]

    def _import(self, known: StubTarget, name: str) -> str:
        if known.kind in _NAMES:
            original = _NAMES[known.kind] if known.sure else "Perhaps"
            return f"from {STUB}.c{known.contract} import {original} as {name}"
        self.things.append(known)
        return f"from {STUB}.t{len(self.things) - 1} import thing as {name}"

    def known(self, qualname: str) -> StubTarget | None:
        """What a class or function of the file or of the stub world is."""
        package, _, rest = qualname.partition(".")
        if package != STUB:
            return self.resolve(qualname)
        place, _, name = rest.partition(".")
        if place.startswith("t"):
            return self.things[int(place[1:])]
        contract = int(place[1:])
        name, _, member = name.partition(".")
        if member:
            return self.members[contract].get(member)
        return StubTarget(contract, _WORDS[name], sure=name != "Perhaps")
