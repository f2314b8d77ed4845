"""The files of a root with members → the world of each member: what its imports mean, and which contracts hold. Pure.

Two services may both have a package ``app``. In the world of each its own one is meant; in that of a library, which
has none, neither is. What nobody else has a name for is the same in all worlds.

What two folders can both have is a *portion*, as PEP 420 has it: the regular package, or module, at which a name
begins to belong to one folder alone. Below ``acme/``, which has no ``__init__``, ``acme.events`` and ``acme.bus`` are
two portions, and may be of two members.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ssot_lint.links.module import NOBODY, Beside, Module
from ssot_lint.links.neighbours import neighbours
from ssot_lint.links.project import Project, packages
from ssot_lint.model.contracts import Contract
from ssot_lint.model.facts import Facts
from ssot_lint.model.finding import File
from ssot_lint.model.wording import printable, shown
from ssot_lint.settings.members import ROOT, DeclaredContract, Parts, contracts
from ssot_lint.settings.settings import Settings


@dataclass(frozen=True, slots=True)
class World:
    """What the files of one folder see, which are ``files``, by path. ``others`` are those of others, with the names
    that are left to them, and ``shut`` what means one thing to such a file, and something else here. ``seen`` has the
    names of all, and no facts yet. ``contracts`` hold here, those that it declares itself first."""

    folder: str
    files: Mapping[str, File]
    others: Mapping[str, File]
    shut: Mapping[str, frozenset[str]]
    seen: Project
    contracts: tuple[DeclaredContract, ...] = ()
    beside: Mapping[str, Beside] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """Sentences for a person about contracts that do not hold."""

    def modules(self, facts: Mapping[str, Facts], before: Mapping[str, Module]) -> dict[str, Module]:
        """The modules as they are seen from here, of those files that can matter, by path. Those with the same facts as
        ``before`` are the same ones."""
        return {
            path: before[path] if path in before and before[path].facts is some else self._module(path, some)
            for path, some in facts.items()
        }

    def _module(self, path: str, facts: Facts) -> Module:
        own = self.files.get(path)
        beside = self.beside.get(path, NOBODY)
        if own is not None:
            return Module(own, facts, beside=beside)
        return Module(self.others[path], facts, self.shut.get(path, frozenset()), beside)


def worlds(settings: Settings, files: Iterable[File]) -> dict[str, World]:
    """The worlds by the folders of the members; that of what belongs to none is ``ROOT``."""
    owned = _owned(settings, files)
    portions = {folder: _portions(own) for folder, own in owned.items()}
    doubtful = _doubtful(portions)
    others: dict[str, File] = {}
    shut: dict[str, frozenset[str]] = {}
    for folder, own in owned.items():
        for path, file in own.items():
            kept = _left(file, doubtful[folder])
            others[path] = kept
            if doubtful[folder]:
                shut[path] = doubtful[folder]
    common = _by_name(others.values(), above=True)
    around = packages(common)
    names = {folder: _own_names(own, common) for folder, own in owned.items()}
    beside = neighbours(tuple(others.values()))
    found = {}
    for folder, own in owned.items():
        covered = portions[folder] & _within(portions[ROOT]) if folder != ROOT else frozenset()
        theirs, their_shut, seen = others, shut, {**common, **names[folder]}
        if covered:
            # The root's own gives way here, and nowhere else.
            left = {path: _left(file, covered) for path, file in owned[ROOT].items()}
            theirs = {**others, **left}
            their_shut = {**shut, **dict.fromkeys(left, covered)}
            seen = {**_by_name(theirs.values(), above=True), **names[folder]}
        inside = packages(seen) if covered else around | packages(names[folder])
        found[folder] = World(
            folder,
            own,
            theirs,
            their_shut,
            Project.of(seen, inside),
            # What lies beside a file of its own is told by the names that these have here.
            beside={
                **{path: one for path, one in beside.items() if path not in own},
                **neighbours(tuple(own.values())),
            },
        )
    return _with_contracts(settings, found)


def _owned(settings: Settings, files: Iterable[File]) -> dict[str, dict[str, File]]:
    parts = Parts(settings)
    owned: dict[str, dict[str, File]] = {ROOT: {}, **{folder: {} for folder in parts.by_folder}}
    for file in files:
        owned[parts.folder(file.path)][file.path] = file
    return owned


def _by_name(files: Iterable[File], *, above: bool = False) -> dict[str, File]:
    """Files by their names; of a stub and its source the source. ``above``: also by those from other roots."""
    found: dict[str, File] = {}
    for file in files:
        for name in (file.module, *file.also, *(file.above if above else ())):
            if name and (name not in found or found[name].path.endswith(".pyi")):
                found[name] = file
    return found


def _own_names(own: Mapping[str, File], common: Mapping[str, File]) -> dict[str, File]:
    """The names of one's own files. Those from other roots stand back where they are somebody else's."""
    found = _by_name(own.values())
    for name, file in _by_name(own.values(), above=True).items():
        if name not in common or common[name].path in own:
            found.setdefault(name, file)
    return found


def _portions(files: Mapping[str, File]) -> frozenset[str]:
    regular = {name for file in files.values() if file.package for name in file.names}
    return frozenset(_begin(name, regular) for file in files.values() for name in file.names)


def _begin(name: str, packages: Collection[str]) -> str:
    """The shortest beginning of a name that is a regular package, or all of it."""
    return next((one for one in _beginnings(name) if one in packages), name)


def _beginnings(name: str) -> Iterator[str]:
    """``a``, ``a.b`` and ``a.b.c``, the name itself included."""
    end = name.find(".")
    while end >= 0:
        yield name[:end]
        end = name.find(".", end + 1)
    yield name


def _within(portions: Iterable[str]) -> frozenset[str]:
    """Portions, and what they lie in."""
    return frozenset(one for portion in portions for one in _beginnings(portion))


def _doubtful(portions: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The portions of each that mean something to itself alone, since others have them too, or a part of them. The
    root's own are on the way of all who have none."""
    holders: dict[str, set[str]] = {}
    parts: dict[str, set[str]] = {}
    for folder, own in portions.items():
        for portion in own:
            holders.setdefault(portion, set()).add(folder)
            for beginning in _beginnings(portion):
                parts.setdefault(beginning, set()).add(folder)

    def is_doubtful(folder: str, portion: str) -> bool:
        rivals = parts[portion].union(*(holders.get(one, ()) for one in _beginnings(portion)))
        return len(rivals) > 1

    return {
        folder: frozenset(one for one in own if is_doubtful(folder, one)) if folder != ROOT else frozenset()
        for folder, own in portions.items()
    }


def _left(file: File, gone: Collection[str]) -> File:
    """A file without the names that begin with what is gone."""
    if not gone:
        return file
    own = [name for name in file.names if not any(one in gone for one in _beginnings(name))]
    if len(own) == 1 + len(file.also):
        return file
    names = own or list(file.above)
    return file._replace(
        module=names[0] if names else "", also=tuple(names[1:]), above=file.above if own else ()
    )


def _with_contracts(settings: Settings, found: Mapping[str, World]) -> dict[str, World]:
    """The worlds with the contracts that hold in each: its own; those of the root, but where the symbol is something
    else here; and those of other members about symbols of theirs, if these are the same here."""

    def place(folder: str, contract: Contract) -> tuple[str, str]:
        """The file that the symbol is in, and the name of its module; where that is not there, what is around it."""
        file, module, rest = found[folder].seen.split(contract.symbol)
        return (file.path, module) if file is not None and rest else ("", "")

    modules = {
        one.name: max((place(folder, one)[1] for folder in found), key=len) for one in settings.contracts
    }

    def holds(folder: str, held: DeclaredContract) -> bool:
        if held.owner == folder:
            return True
        path, module = place(folder, held.contract)
        if held.owner == ROOT:
            return module == modules[held.contract.name]
        return path in found[held.owner].files and path == place(held.owner, held.contract)[0]

    may = contracts(settings)
    return {
        folder: _decided(world, [one for one in may[folder] if holds(folder, one)])
        for folder, world in found.items()
    }


def _decided(world: World, held: Sequence[DeclaredContract]) -> World:
    """A world with its contracts. Of several about one symbol that of the root holds, or else that of the symbol's own
    member: nobody shuts out the contract of another by one of his own."""
    first: dict[str, DeclaredContract] = {}
    for one in sorted(held, key=lambda one: (one.owner != ROOT, one.owner == world.folder)):
        first.setdefault(one.contract.symbol, one)
    kept, notes = [], []
    for one in held:
        other = first[one.contract.symbol]
        if other.owner == one.owner:
            kept.append(one)
        elif one.owner == world.folder:
            whose = f"of {printable(other.owner)}" if other.owner else "of the root"
            notes.append(
                f"{printable(world.folder)}: the contract `{one.contract.name}` does not hold, for "
                f"{shown(one.contract.symbol)} has the contract `{other.contract.name}` {whose} already"
            )
    return replace(world, contracts=tuple(kept), notes=tuple(notes))
