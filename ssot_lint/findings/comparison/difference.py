"""The findings of two states of a project → those that were added, were removed, or are there in both. Pure.

The law: each new finding is kept or added, each old one kept or removed, and what is kept is a pair. So the number
added less the number removed is the difference of the counts. Equal states add nothing, nor does code that moves.

What is kept is decided in rounds, each among the findings that those before it left over:

1. **The same place.** Contract, code and spelled name are equal, and file and qualified scope; a file that git says
   was renamed counts as the same, and so do names that lead through it. Of n old and m new equals in a scope
   the lesser number is kept: those whose statements are equal first.
2. **A file that moved, without git.** It is gone, and exactly one new file agrees with it best: the same module
   under another root of imports, or the same findings in the same scopes of which at least one has the same
   surroundings. Then its findings are compared as in the first round.
3. **A definition that moved.** The innermost function or class around the finding has the same content, whatever its
   name, file or class; the old one is gone from its place, and nothing with that name and content was at the
   new place before. Or it was edited on the way, and keeps its qualified name in another file: then the statement
   at fault must be the same or, where the old state is known, the definition be new in that file.
4. **What stands in no definition** goes with definitions that moved between the same two files, if its statement is
   the same and gone from the old file.

What nobody can tell is reported as removed and added: a part of a function that moves to another; a function that is
moved or renamed and leaves one of its name behind, as a forwarder does; one that is edited and renamed at once; two
that swap their names; an attribute of a class that moves to another class alone. For what is fixed here and written
there looks the same, and nothing new may hide behind that. Within one scope, an offence that another of
the same code and spelling replaces is the old one, edited.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

from ssot_lint.findings.comparison.surroundings import Sources, Surroundings
from ssot_lint.model.finding import Finding


class Known(Protocol):
    """What is known of a finding in either state; the fields are those of ``model.Finding``."""

    @property
    def code(self) -> str: ...
    @property
    def contract(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def module(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def symbol(self) -> str: ...
    @property
    def spelled(self) -> str: ...


Old = TypeVar("Old", bound=Known)
New = TypeVar("New", bound=Known)
One = TypeVar("One", bound=Known)
One_contra = TypeVar("One_contra", bound=Known, contravariant=True)


class State(Protocol[One_contra]):
    """What can be asked of the files of a state. None: nobody knows."""

    def context(self, one: One_contra) -> Surroundings: ...

    def has(self, path: str) -> bool | None:
        """Whether there is such a file."""

    def names(self, path: str) -> Collection[str] | None:
        """The qualified names of a file's definitions."""

    def contents(self, path: str) -> Collection[tuple[str, str]] | None:
        """As ``Sources.contents``."""


class Code:
    """The state of a project whose sources can be read. ``read`` gives a file's bytes, or None."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        self._sources = Sources(read)
        self.has = self._sources.has
        self.names = self._sources.names
        self.contents = self._sources.contents
        self.statements = self._sources.statements

    def context(self, one: Finding) -> Surroundings:
        return self._sources.surroundings(one.path, one.span)


@dataclass(frozen=True, slots=True)
class Difference(Generic[Old, New]):
    """Each in the order in which it was given; ``kept`` in that of the new findings. ``renamed`` has the files that
    were renamed, old paths to new: those that were handed in and those that were found."""

    added: tuple[New, ...]
    removed: tuple[Old, ...]
    kept: tuple[tuple[Old, New], ...]
    renamed: Mapping[str, str]


class Hints(NamedTuple):
    """What else is known of a change. ``names`` has, by contract, what its symbols were called and are called now:
    whole paths, and last parts where these are others. ``files`` are likely to be renamed files, old paths to new;
    others are looked for all the same."""

    names: Mapping[str, Mapping[str, str]]
    files: Mapping[str, str]


NOTHING = Hints({}, {})


def difference(
    old: Sequence[Old],
    new: Sequence[New],
    before: State[Old],
    after: State[New],
    renamed: Mapping[str, str] | None = None,
    hints: Hints = NOTHING,
) -> Difference[Old, New]:
    """``renamed`` has the files that git says were renamed, old paths to new; None where git was not asked, and
    renamed files are told by their content. The states are asked only about findings that are left over."""
    both = _Both(old, new, before, after, {**hints.files, **(renamed or {})}, hints.names)
    _same_place(both, _exactly, _exactly)
    if not both.is_done():
        _same_but_renamed(both)
    if not both.is_done() and renamed is None:
        found = _found_renames(both)
        if found:
            both.renamed.update(found)
            _same_but_renamed(both)
    if not both.is_done():
        _moved_definitions(both)
        _moved_statements(both)
    return Difference(
        added=tuple(one for number, one in enumerate(new) if number in both.right),
        removed=tuple(one for number, one in enumerate(old) if number in both.left),
        kept=tuple((old[one], new[other]) for other, one in sorted(both.pairs.items())),
        renamed=both.renamed,
    )


class _Both(Generic[Old, New]):
    """Two sets of findings and the pairs among them so far. ``left`` and ``right`` are the numbers of the old and the
    new ones that have no partner yet, in their order; ``pairs`` leads from new to old."""

    def __init__(
        self,
        old: Sequence[Old],
        new: Sequence[New],
        before: State[Old],
        after: State[New],
        renamed: dict[str, str],
        names: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.old, self.new, self.before, self.after = old, new, before, after
        self.renamed, self.names = renamed, names
        self._origins: dict[str, str] = {}
        self.left = dict.fromkeys(range(len(old)))
        self.right = dict.fromkeys(range(len(new)))
        self.pairs: dict[int, int] = {}

    def old_path(self, path: str) -> str:
        """The path that a file of the new state had."""
        if len(self._origins) != len(self.renamed):
            self._origins = {new: old for old, new in self.renamed.items()}
        return self._origins.get(path, path)

    def is_done(self) -> bool:
        return not (self.left and self.right)

    def take(
        self,
        of_old: Callable[[int], Hashable | None],
        of_new: Callable[[int], Hashable | None],
        left: Iterable[int] | None = None,
        right: Iterable[int] | None = None,
    ) -> None:
        """Makes pairs of those with equal keys, the first with the first, among those that have no partner or some
        of them. None has no partner."""
        groups: dict[Hashable, list[int]] = defaultdict(list)
        for number in [*(self.left if left is None else left)]:
            key = of_old(number) if number in self.left else None
            if key is not None:
                groups[key].append(number)
        for group in groups.values():
            group.reverse()
        for number in [*(self.right if right is None else right)]:
            key = of_new(number) if number in self.right and groups else None
            if key is not None and groups.get(key):
                partner = groups[key].pop()
                self.pairs[number] = partner
                del self.left[partner], self.right[number]


# The same place.

Name = Callable[[Known], tuple[str, str]]
"""Symbol and spelled name of a finding, as they are compared."""


def _exactly(one: Known) -> tuple[str, str]:
    # The symbol of a contract is the contract's: where that declares another path, the findings are the same.
    return "" if one.contract else one.symbol, one.spelled


def _loosely(one: Known) -> tuple[str, str]:
    symbol, spelled = _exactly(one)
    # What is relative changes when the file moves, and stays when what it leads to moves along.
    return symbol, spelled.rpartition(".")[2] if spelled.startswith(".") else spelled


def _translating(renamed: Mapping[str, str], names: Mapping[str, Mapping[str, str]]) -> Name:
    """As ``_loosely``, with the names that old paths and symbols have now."""
    modules = renamed_modules(renamed)

    def name(one: Known) -> tuple[str, str]:
        symbol, spelled = _loosely(one)
        own = names.get(one.contract, {})
        if spelled in own:
            return translated(symbol, modules), own[spelled]
        above, dot, tail = translated(spelled, modules).rpartition(".")
        return translated(symbol, modules), f"{above}{dot}{own.get(tail, tail)}"

    return name


def renamed_modules(renamed: Mapping[str, str]) -> dict[str, str]:
    """Dotted paths of renamed files and of the folders that they show to be renamed, old to new, from each folder that
    both have in common: it may be a root of imports."""
    modules: dict[str, str] = {}
    # Folders come last: of their files not all need be where they were.
    for old, new in [*renamed.items(), *_renamed_folders(renamed).items()]:
        ours, theirs = _parts(old), _parts(new)
        for start in range(min(len(ours), len(theirs))):
            if start and ours[start - 1] != theirs[start - 1]:
                break
            modules.setdefault(".".join(ours[start:]), ".".join(theirs[start:]))
    return modules


def _renamed_folders(renamed: Mapping[str, str]) -> dict[str, str]:
    """The folders that renamed files show to be renamed: what their paths do not have in common at the end."""
    folders: dict[str, str] = {}
    for old, new in renamed.items():
        common = common_end(old, new)
        above, below = old.split("/")[:-common], new.split("/")[:-common]
        if common and above and below:
            folders.setdefault("/".join(above), "/".join(below))
    return folders


def _parts(path: str) -> list[str]:
    parts = path.removesuffix("i").removesuffix(".py").split("/")
    return parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts


def translated(dotted: str, modules: Mapping[str, str]) -> str:
    parts = dotted.split(".") if modules else []
    for end in range(len(parts), 0, -1):
        found = modules.get(".".join(parts[:end]))
        if found is not None:
            return ".".join((found, *parts[end:]))
    return dotted


def _same_but_renamed(both: _Both[Old, New]) -> None:
    """As ``_same_place``, for names that lead through renamed files, or still the old way."""
    _same_place(both, _loosely, _loosely)
    _same_place(both, _translating(both.renamed, both.names), _loosely)


def _same_place(both: _Both[Old, New], of_old: Name, of_new: Name) -> None:
    left: dict[Hashable, list[int]] = defaultdict(list)
    right: dict[Hashable, list[int]] = defaultdict(list)
    for number in both.left:
        one = both.old[number]
        path = both.renamed.get(one.path, one.path)
        left[one.contract, one.code, of_old(one), path, _scope_now(both, one)].append(number)
    for number in both.right:
        other = both.new[number]
        right[other.contract, other.code, of_new(other), other.path, other.scope].append(number)
    for key, ours in left.items():
        theirs = right.get(key, [])
        if theirs and len(ours) != len(theirs):
            # Which of them it is that came or went is told by what is written there.
            both.take(_at(both.old, both.before, _all), _at(both.new, both.after, _all), ours, theirs)
            both.take(
                _at(both.old, both.before, _statement), _at(both.new, both.after, _statement), ours, theirs
            )
        both.take(_any, _any, ours, theirs)


def _scope_now(both: _Both[Old, New], one: Old) -> str:
    """The scope of an old finding, where a symbol of its contract has another name now."""
    names = both.names.get(one.contract)
    return ".".join(names.get(part, part) for part in one.scope.split(".")) if names else one.scope


def _at(
    findings: Sequence[One], state: State[One], part: Callable[[Surroundings], Hashable]
) -> Callable[[int], Hashable]:
    return lambda number: part(state.context(findings[number]))


def _all(around: Surroundings) -> Hashable:
    return around


def _statement(around: Surroundings) -> Hashable:
    return around.statement


def _any(number: int) -> Hashable:
    return ""


# Files that moved, without git.


@dataclass(frozen=True, slots=True)
class _File:
    """What is left over of a file: its module, how often each finding is there in each scope, and with which
    surroundings."""

    module: str
    scoped: Counter[Hashable]
    proof: Counter[Hashable]


def _found_renames(both: _Both[Old, New]) -> dict[str, str]:
    """Each file that is gone and has findings left over, with the one new file that agrees with it best."""
    had = {one.path for one in both.old}

    def is_new(path: str) -> bool:
        known = both.before.has(path)
        return path not in had if known is None else not known

    known = {*both.renamed.values()}
    gone = _files(
        both.old,
        both.left,
        both.before,
        lambda path: path not in both.renamed and both.after.has(path) is False,
    )
    fresh = (
        _files(both.new, both.right, both.after, lambda path: path not in known and is_new(path))
        if gone
        else {}
    )
    holders: dict[Hashable, list[str]] = defaultdict(list)
    for path, file in fresh.items():
        for key in file.scoped:
            holders[key].append(path)
    ranked: list[tuple[tuple[int, ...], str, str]] = []
    for path, file in gone.items():
        for other in {other for key in file.scoped for other in holders.get(key, ())}:
            is_same_module = bool(file.module) and file.module == fresh[other].module
            proof = sum((file.proof & fresh[other].proof).values())
            if proof or is_same_module:
                agreeing = sum((file.scoped & fresh[other].scoped).values())
                rank = (is_same_module, proof, agreeing, common_end(path, other))
                ranked.append((rank, path, other))
    renamed: dict[str, str] = {}
    taken: set[str] = set()
    for _, path, other in sorted(ranked, key=lambda row: (*(-number for number in row[0]), *row[1:])):
        if path not in renamed and other not in taken:
            renamed[path] = other
            taken.add(other)
    # What moved with its folder may itself have changed, as where it imports from there.
    for folder, new_folder in _renamed_folders({**both.renamed, **renamed}).items():
        for path in sorted(gone.keys() - renamed.keys()):
            other = new_folder + path.removeprefix(folder)
            if path.startswith(f"{folder}/") and other in fresh and other not in taken:
                renamed[path] = other
                taken.add(other)
    return renamed


def _files(
    findings: Sequence[One], numbers: Iterable[int], state: State[One], may: Callable[[str], bool]
) -> dict[str, _File]:
    by_path: dict[str, list[One]] = defaultdict(list)
    for number in numbers:
        by_path[findings[number].path].append(findings[number])
    files = {}
    for path, here in by_path.items():
        if may(path):
            told = [(_scoped(one), state.context(one)) for one in here]
            proof: Counter[Hashable] = Counter(one for one in told if one[1].body)
            files[path] = _File(here[0].module, Counter(key for key, _ in told), proof)
    return files


def _scoped(one: Known) -> Hashable:
    return one.contract, one.code, one.scope, _tail(_loosely(one)[1])


def common_end(path: str, other: str) -> int:
    """How many parts two paths have in common, from the end."""
    common = 0
    for one, two in zip(reversed(path.split("/")), reversed(other.split("/")), strict=False):
        if one != two:
            break
        common += 1
    return common


# Definitions that moved.


def _moved_definitions(both: _Both[Old, New]) -> None:
    of_old = _lone(both.old, both.before, lambda number: _is_gone(both, number))
    of_new = _lone(both.new, both.after, lambda number: not _was_there(both, number))
    _take_nearest(both, of_old, of_new, lambda around: (around.body, around.statement))
    of_new = _lone(both.new, both.after, lambda number: _is_new_name(both, number) is not False)
    _take_nearest(both, of_old, of_new, lambda around: (around.definition, around.statement))
    of_new = _lone(both.new, both.after, lambda number: _is_new_name(both, number) is True)
    _take_nearest(both, of_old, of_new, lambda around: around.definition)


_Lone = Callable[[int], "tuple[Hashable, Surroundings, str] | None"]
"""What a finding in a definition is by itself, its surroundings, and its path; None where it cannot have moved."""


def _lone(findings: Sequence[One], state: State[One], may: Callable[[int], bool]) -> _Lone:
    def lone(number: int) -> tuple[Hashable, Surroundings, str] | None:
        one = findings[number]
        around = state.context(one)
        if not around.definition or not may(number):
            return None
        return _unnamed(one, around.definition), around, one.path

    return lone


def _unnamed(one: Known, definition: str) -> Hashable:
    """What a finding says, whatever the name of the definition that holds it, where it is that name that it says."""
    own = _tail(definition)
    symbol, spelled = (_tail(name) if name.startswith(".") else name for name in _exactly(one))
    # A class without a contract is known by its path, which changes as it moves.
    symbol = _tail(symbol)
    return (
        one.contract,
        one.code,
        "\0" if symbol == own else symbol,
        "\0" if spelled in (own, definition) else spelled,
    )


def _tail(dotted: str) -> str:
    return dotted.rpartition(".")[2]


def _take_nearest(
    both: _Both[Old, New], of_old: _Lone, of_new: _Lone, part: Callable[[Surroundings], Hashable]
) -> None:
    """Makes pairs of those that agree in a part of their surroundings, the nearest first."""
    ours = {number: found for number in both.left if (found := of_old(number)) is not None}
    theirs = {number: found for number in both.right if (found := of_new(number)) is not None} if ours else {}
    nearness: tuple[Callable[[Surroundings, str], Hashable], ...] = (
        lambda around, path: (path, around.definition),
        lambda around, path: (path, _tail(around.definition)),
        lambda around, path: path,
        lambda around, path: around.definition,
        lambda around, path: _tail(around.definition),
        lambda around, path: "",
    )
    for near in nearness:

        def key(
            found: tuple[Hashable, Surroundings, str],
            near: Callable[[Surroundings, str], Hashable] = near,
        ) -> Hashable:
            told, around, path = found
            return told, part(around), near(around, path)

        both.take(lambda number: key(ours[number]), lambda number: key(theirs[number]), ours, theirs)


def _is_gone(both: _Both[Old, New], number: int) -> bool:
    """Whether the definition around an old finding is no longer where it was."""
    one = both.old[number]
    names = both.after.names(both.renamed.get(one.path, one.path))
    return names is not None and both.before.context(one).definition not in names


def _was_there(both: _Both[Old, New], number: int) -> bool:
    """Whether the definition around a new finding had the same content before."""
    one = both.new[number]
    around = both.after.context(one)
    contents = both.before.contents(both.old_path(one.path))
    return contents is not None and (around.definition, around.body) in contents


def _is_new_name(both: _Both[Old, New], number: int) -> bool | None:
    """Whether the old state had no definition of this name there; None where nobody knows."""
    one = both.new[number]
    names = both.before.names(both.old_path(one.path))
    return None if names is None else both.after.context(one).definition not in names


# What moved along with definitions.


def _moved_statements(both: _Both[Old, New]) -> None:
    ours = {number: both.before.context(both.old[number]) for number in both.left}
    theirs = {number: both.after.context(both.new[number]) for number in both.right} if ours else {}
    left = _at_file_level(both.old, ours, lambda one, around: _is_statement_gone(both, one, around))
    right = _at_file_level(both.new, theirs, lambda one, around: True)
    for way in sorted({(path, other) for key in left for path in left[key] for other in right.get(key, ())}):
        if not _moved_between(both, *way):
            continue
        for key in left:
            both.take(_any, _any, left[key].get(way[0], ()), right.get(key, {}).get(way[1], ()))


def _at_file_level(
    findings: Sequence[One], around: Mapping[int, Surroundings], may: Callable[[One, Surroundings], bool]
) -> dict[Hashable, dict[str, list[int]]]:
    """Numbers of findings that stand in no definition, by what they say and then by path."""
    found: dict[Hashable, dict[str, list[int]]] = {}
    for number, where in around.items():
        one = findings[number]
        if where.statement and not where.definition and may(one, where):
            key = (one.contract, one.code, _loosely(one), where.statement)
            found.setdefault(key, {}).setdefault(one.path, []).append(number)
    return found


def _is_statement_gone(both: _Both[Old, New], one: Known, around: Surroundings) -> bool:
    contents = both.after.contents(both.renamed.get(one.path, one.path))
    return contents is not None and ("", around.statement) not in contents


def _moved_between(both: _Both[Old, New], path: str, other: str) -> bool:
    """Whether a definition moved from one file to another."""
    if path == other:
        return False
    if any(both.old[one].path == path and both.new[two].path == other for two, one in both.pairs.items()):
        return both.renamed.get(path) != other
    return any(_moves(both, path, other))


def _moves(both: _Both[Old, New], path: str, other: str) -> Iterator[bool]:
    were, are = both.before.contents(path), both.after.contents(other)
    left, had = both.after.names(both.renamed.get(path, path)), both.before.contents(both.old_path(other))
    if were is None or are is None or left is None or had is None:
        return
    arrived = {content for name, content in are if name} - {content for name, content in had if name}
    for name, content in were:
        if name and name not in left:
            yield content in arrived
