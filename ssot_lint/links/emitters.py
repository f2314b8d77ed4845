"""A call of an emitter → its definition, and the argument that takes the value. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ssot_lint.links.gathered import Place, spelled_at
from ssot_lint.links.listed import further, listed
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.names import MOST_PARTS
from ssot_lint.links.resolve import Links
from ssot_lint.model.asked import EMITTER
from ssot_lint.model.contracts import VocabularyContract
from ssot_lint.model.literals import Emission, Fed, Leaf, Taker
from ssot_lint.model.name_words import name_words


class Meant(NamedTuple):
    """The string that an expression stands for. ``member``: it is a member of canonical, or what canonical has it
    from. ``place``: it is a constant elsewhere."""

    text: str
    member: bool
    place: Place | None = None


def meant(links: Links, module: Module, leaf: Leaf) -> Meant | None:
    """What a leaf certainly stands for; None where that is not known."""
    if leaf.form == "text":
        return Meant(leaf.text, member=False)
    if leaf.form != "path" or len(leaf.targets) != 1 or leaf.targets[0].startswith("?"):
        return None
    path = absolute(leaf.targets[0], module)
    found = spelled_at(links.project, path) if path else None
    if found is None or not found.entry.known:
        return None
    if found.place in links.roles.places:
        return Meant(found.entry.text, member=True)
    return Meant(found.entry.text, False, found.place)


class Definition(NamedTuple):
    """The function that a call calls, in its module."""

    module: Module
    taker: Taker

    @property
    def path(self) -> str:
        return f"{self.module.name}.{self.taker.qualname}"


def called(links: Links, module: Module, call: Emission) -> Definition | None:
    """The definition of the function that is called; None where that is not certain."""
    if len(call.targets) != 1 or call.targets[0].startswith("?"):
        return None
    return defined(links, absolute(call.targets[0], module))


def defined(links: Links, path: str) -> Definition | None:
    """The function at a path, found through imports and the bases of classes."""
    done: set[str] = set()
    todo = [path]
    while todo:
        path = todo.pop()
        found, rest = links.project.find(path) if path and path not in done else (None, [])
        done.add(path)
        if found is None or not rest or len(done) > MOST_PARTS:
            continue
        name = ".".join(rest)
        said = found.facts.literals
        own = [one for one in said.takers if one.qualname == name] if said is not None else []
        if own:
            alike = all(one.parameters == own[0].parameters for one in own)
            return Definition(found, own[0]) if alike else None
        above, method = ".".join(rest[:-1]), rest[-1]
        heir = next((one for one in said.heirs if one.qualname == above), None) if said is not None else None
        if heir is not None:
            bases = (absolute(base, found) for base in heir.bases if not base.startswith("?"))
            todo += [f"{base}.{method}" for base in bases if base][::-1]
        else:
            todo.append(further(found, rest))
    return None


def emits(links: Links, module: Module, call: Emission) -> bool:
    """Whether a call is a call of an emitter that the contract names."""
    emitters = links.contract.named("emitter")
    names = {call.spelled.rpartition(".")[2], *(one.lstrip(":?.").rpartition(".")[2] for one in call.targets)}
    if not names.isdisjoint(emitters):
        return True
    dotted = [one for one in emitters if "." in one and one.rpartition(".")[2] in names]
    if not dotted:
        return False
    paths = {absolute(one, module) for one in call.targets if not one.startswith("?")}
    if not paths.isdisjoint(dotted):
        return True
    found = called(links, module, call)
    return found is not None and found.path in {_path(links, one) for one in dotted}


def _path(links: Links, emitter: str) -> str:
    """The path at which an emitter is defined."""
    found = defined(links, emitter)
    return found.path if found is not None else emitter


class Chosen(NamedTuple):
    """The argument that takes the value; None where it is left out, or not known. ``sure``: no other argument can be
    the one. ``definition``: the function of the project that is called."""

    fed: Fed | None
    sure: bool
    definition: Definition | None


def argument_of(links: Links, module: Module, call: Emission) -> Chosen:
    """The argument of a call that takes the value. Where its parameter is known no other one does, also if the call
    leaves it out."""
    contract = links.contract
    assert isinstance(contract, VocabularyContract)
    definition = called(links, module, call)
    name = contract.argument or _parameter(links, definition, contract.fields)
    if name:
        return Chosen(_given_to(name, definition, call), True, definition)
    alike = _named_alike(definition, contract.symbol)
    fed = _given_to(alike, definition, call) if alike else None
    if alike and not _is_something_else(fed):
        return Chosen(fed, True, definition)
    return _first(links, module, call)._replace(definition=definition)


def _is_something_else(fed: Fed | None) -> bool:
    """Whether an argument is certainly no value, and no lack of one."""
    if fed is None or any(leaf.form != "data" for leaf in fed.leaves):
        return False
    return any(leaf.text != "None" for leaf in fed.leaves)


def _first(links: Links, module: Module, call: Emission) -> Chosen:
    """The first argument that is a string or a member; where there is none, the first of all."""
    dark = False
    for one in call.arguments:
        # What is unpacked before it may be the one.
        dark = dark or not one.slot
        if any(meant(links, module, leaf) for leaf in one.leaves):
            return Chosen(one, not dark, None)
        dark = dark or any(leaf.form != "data" for leaf in one.leaves)
    first = call.arguments[0] if call.arguments and not call.open else None
    return Chosen(first, False, None)


def _parameter(links: Links, definition: Definition | None, fields: tuple[str, ...]) -> str:
    """The parameter that takes the value, by its annotation or by its name."""
    if definition is None:
        return ""
    for name, hint in definition.taker.hints:
        if _is_canonical(links, definition.module, hint):
            return name
    return next((one for one in _parameters(definition) if one in fields), "")


def _parameters(definition: Definition | None) -> tuple[str, ...]:
    """The names of all parameters; that of ``*rest`` has its star."""
    taker = definition.taker if definition is not None else None
    return (*taker.parameters, *taker.keywords) if taker is not None else ()


def _named_alike(definition: Definition | None, symbol: str) -> str:
    """The parameter that is named like the vocabulary: ``event_type``, where that is ``AgentEvent``."""
    noun = _noun(symbol.rpartition(".")[2])
    known = (one for one in _parameters(definition) if not one.startswith("**"))
    alike = (one for one in known if noun and _noun(one) == noun)
    return next((one for one in alike if not _takes_something_else(definition, one)), "")


def _takes_something_else(definition: Definition | None, parameter: str) -> bool:
    """Whether the annotation of a parameter says that it takes no string."""
    hints = definition.taker.hints if definition is not None else ()
    named = {hint for name, hint in hints if name == parameter}
    return bool(named) and named <= _NO_TEXT


_NO_TEXT = frozenset(f"?{one}" for one in "bool bytes dict float frozenset int list set tuple".split())
"""The targets of types of the language that are no strings."""


def _noun(name: str) -> str:
    """What a name says that something is: the last of its words that means something by itself."""
    said = [one for one in name_words(name) if one not in _OF_ANYTHING]
    return said[-1] if said else ""


_OF_ANYTHING = frozenset("type kind name value code enum constant str".split())


def _given_to(name: str, definition: Definition | None, call: Emission) -> Fed | None:
    rest = f"*{name.lstrip('*')}"
    if definition is not None and rest in definition.taker.keywords:
        return _given_to_rest(rest, definition, call)
    slots = _slots(name, definition, call)
    return next((one for one in call.arguments if one.slot in slots), None)


def _given_to_rest(name: str, definition: Definition, call: Emission) -> Fed | None:
    """All that ``*rest`` is given, as one argument: each of it is a value."""
    first = len(definition.taker.parameters) + _before(definition, call)
    rest = [one for one in call.arguments if one.slot.isdigit() and int(one.slot) >= first]
    return Fed(name, tuple(leaf for one in rest for leaf in one.leaves)) if rest else None


def _slots(name: str, definition: Definition | None, call: Emission) -> frozenset[str]:
    """The position and the keyword of a parameter in a call, as far as they are known."""
    parameters = definition.taker.parameters if definition is not None else ()
    first = _before(definition, call)
    if name.isdigit():
        own = parameters[int(name)] if int(name) < len(parameters) else name
        return frozenset([str(int(name) + first), own])
    if name not in parameters:
        return frozenset([name])
    return frozenset([name, str(parameters.index(name) + first)])


def _before(definition: Definition | None, call: Emission) -> int:
    """The number of arguments before those of the parameters: ``Bus.send(bus, "started")`` gives the object first."""
    return int(definition is not None and definition.taker.method and not call.bound)


class Wrapper(NamedTuple):
    """A function that passes a parameter on to an emitter: its path, and the name of the parameter."""

    path: str
    parameter: str


class Emitted(NamedTuple):
    """The values that emitters get outside of tests. ``dark`` are the calls whose value is not known, each as the path
    of the file and the line; ``calls`` is the number of all calls. ``passes``: a function passes on what is hidden
    (``emit(*args)``), so that its one call may give all there is."""

    values: frozenset[str]
    dark: tuple[tuple[str, int], ...]
    calls: int
    wrappers: frozenset[Wrapper]
    passes: bool


def emitted(links: Links, modules: Iterable[Module]) -> Emitted:
    """The values that all emitters get, also through functions that pass a parameter on."""
    calls = [
        (module, call)
        for module in modules
        if not module.file.tests and module.facts.literals is not None
        for call in module.facts.literals.emissions
    ]
    values: set[str] = set()
    dark: dict[tuple[str, int], None] = {}
    known: dict[Wrapper, None] = {}
    direct = [(module, call) for module, call in calls if emits(links, module, call)]
    todo = [(module, call, argument_of(links, module, call).fed) for module, call in direct]
    done: set[Wrapper] = set()
    passes = False
    while True:
        for module, call, fed in todo:
            passes = passes or (call.passes and fed is None)
            for given in _given(links, module, fed):
                if given is None:
                    dark[module.file.path, call.span.line] = None
                elif isinstance(given, Wrapper):
                    known[given] = None
                else:
                    values.add(given)
        new = [one for one in known if one not in done]
        if not new:
            return Emitted(frozenset(values), tuple(dark), len(direct), frozenset(known), passes)
        done.update(new)
        todo = []
        for one in new:
            found = list(_through(links, one, calls))
            todo += found
            if not found:
                # Its callers are not seen.
                dark[one.path, 0] = None


def _given(links: Links, module: Module, fed: Fed | None) -> Iterator[str | Wrapper | None]:
    """The values that an argument passes; where it passes on a parameter, that function; None for what is not known."""
    if fed is None or not fed.leaves:
        yield None
        return
    for leaf in fed.leaves:
        said = meant(links, module, leaf)
        if said is not None:
            yield said.text
        elif leaf.form == "each" and _is_canonical(links, module, leaf.targets[0]):
            assert links.roles.listed is not None
            yield from (one.text for one in links.roles.listed.words.entries)
        elif leaf.form == "parameter":
            yield Wrapper(f"{module.name}.{leaf.constant}", leaf.text)
        else:
            yield None


def _is_canonical(links: Links, module: Module, target: str) -> bool:
    """Whether a target of a module is the list of canonical itself."""
    path = absolute(target, module) if not target.startswith("?") else ""
    found = listed(links.project, path) if path else None
    return found is not None and not found.rest and found.is_same(links.roles.listed)


def _through(
    links: Links, wrapper: Wrapper, calls: Iterable[tuple[Module, Emission]]
) -> Iterator[tuple[Module, Emission, Fed | None]]:
    """The calls that may call a wrapper, with what each passes to its parameter."""
    name = wrapper.path.rpartition(".")[2]
    for module, call in calls:
        names = {call.spelled.rpartition(".")[2], *(one.rpartition(".")[2] for one in call.targets)}
        if name not in names:
            continue
        definition = called(links, module, call)
        if definition is not None and definition.path != wrapper.path:
            continue
        usable = definition is not None and not definition.taker.decorated
        slots = _slots(wrapper.parameter, definition if usable else None, call)
        fed = next((one for one in call.arguments if one.slot in slots), None)
        yield module, call, fed


def wrappers(links: Links) -> Iterator[str]:
    """The functions that pass a parameter on to an emitter, in the form in which files are asked for them."""
    contract = links.contract
    if isinstance(contract, VocabularyContract) and contract.emitters and contract.complete:
        for one in emitted(links, links.project.by_path.values()).wrappers:
            if not one.path.endswith(">"):
                yield f"{EMITTER}{one.path.rpartition('.')[2]}"
