"""A line of a file → the steps of the reasoning about it, in words. Judges that file anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ssot_lint.cache.memory import Memory, Verdict
from ssot_lint.cache.store import Store
from ssot_lint.engine.copies import with_copies
from ssot_lint.engine.copy_takers import reader
from ssot_lint.engine.judgements import judged, world_of
from ssot_lint.engine.report import debt_of, in_baseline
from ssot_lint.engine.request import Request, asked_for
from ssot_lint.findings import selection, suppress
from ssot_lint.findings.suppress import Extent, Suppressed
from ssot_lint.links import rounds
from ssot_lint.links.index import Index
from ssot_lint.links.link import Link
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.resolve import Links
from ssot_lint.model.errors import Unreadable, WrongInput
from ssot_lint.model.finding import Finding
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import CODES, spanned
from ssot_lint.rules.health import contract_health
from ssot_lint.settings.globs import matches
from ssot_lint.settings.members import Parts
from ssot_lint.settings.settings import Settings
from ssot_lint.sources.tree import SUFFIXES


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an answer to "why?": a place and what the tool knows of it. ``depth`` 1 is a hop of the
    chain that belongs to the step before."""

    path: str
    line: int
    text: str
    depth: int = 0


class NoSuchLine(WrongInput):
    """The file has no such line. The text says how many it has, and which finding is the nearest."""


class _Line(NamedTuple):
    """The line that is asked about."""

    path: str
    number: int


class _Results(NamedTuple):
    """All findings, those that are excused, and those that are reported."""

    found: Sequence[Finding]
    excused: Iterable[Suppressed]
    kept: Collection[Finding]


def why(request: Request, path: str, line: int, index: Index | None = None) -> tuple[Step, ...]:
    """Every step of the reasoning about one line: what its names are bound to, through which file, and what is
    reported there, or why nothing is and where the nearest finding stands. ``index`` is that of this state, where it
    is known already. Raises NoSuchLine."""
    settings, tree = request.settings, request.tree
    built = index or rounds.build(settings, Memory(settings, tree, Store(None)), {}, RunOptions())
    try:
        length = len(tree.read(path, Parts(settings).limit(path)).splitlines())
    except Unreadable:
        length = None
    place = _Line(path, line)
    results = _results(request, built, path)
    nearest = None if any(_found(place, results)) else _nearest(place, results)
    if length is not None and line > max(length, 1):
        raise NoSuchLine(_beyond(length, nearest))
    steps = tuple(_steps(world_of(built, settings)(path), settings, place, results))
    told = {(one.path, one.line) for one in steps}
    return (*steps, nearest) if nearest is not None and (path, nearest.line) not in told else steps


def _beyond(length: int, nearest: Step | None) -> str:
    """That a file has no such line: how many it has, and where the nearest finding is."""
    lines = f"the file has {length} line{'s' * (length != 1)}" if length else "the file is empty"
    near = f"; {nearest.text}, in line {nearest.line}" if nearest is not None else ""
    return f"there is no such line: {lines}{near}"


def _results(request: Request, built: Index, path: str) -> _Results:
    """What is found in one file, and what is excused or reported of it."""
    paths = [path] if path in built.project.by_path else []
    found = [
        one for of_file in judged(request, built, paths, RunOptions(workers=1)) for one in of_file.findings
    ]
    if built.sketches:
        copied = with_copies(request.settings, built, found, reader(request))
        found = [one for one in copied if one.path == path]
    about = tuple(contract_health.findings(request.settings, built, request.tree.unseen))
    parts = Parts(request.settings)
    settled = suppress.by_part(parts, [*found, *about], built.comments, Extent())
    shown = {one for part, own in settled for one in selection.selected(part, own.kept)}
    excused = [one for _, own in settled for one in own.suppressed]
    if request.settings.baseline:
        from ssot_lint.findings.baseline_file import named

        verdict = Verdict(tuple(found), about, (), tuple(file.path for file in built.listing.files), (), ())
        # Only a part of the project has been judged.
        asked = request._replace(wanted=asked_for([path]))
        debt = debt_of(asked, verdict, settled, named(request.settings, request.tree))
        excused += (in_baseline(one, request.settings.baseline) for _, one in debt.kept)
    return _Results([*found, *about], excused, shown)


def _steps(index: Index, settings: Settings, line: _Line, results: _Results) -> Iterator[Step]:
    """What is found on a line, what excuses it or leaves it out, and what the names there are."""
    path, number = line
    found = list(_found(line, results))
    yield from found
    if reason := _apart(index, settings, line):
        if not found:
            yield Step(path, number, reason)
        return
    yield from _hidden(index, path)
    module = index.project.at(path)
    if module is None or module.facts.problem:
        if not found and not index.links:
            yield Step(path, number, "there is no contract")
        if not found:
            yield _unread(line, module)
        return
    told = {(one.path, one.line, one.text) for one in found if one.depth}
    named = [step for links in index.links for step in _about(links, module, number, told)]
    yield from named
    if not index.links:
        yield Step(path, number, "there is no contract")
    elif not named and not found:
        yield Step(
            path, number, "nothing is reported here: no name on this line leads to a contract's symbol"
        )
    elif not found:
        yield Step(path, number, "nothing is reported here")


def _apart(index: Index, settings: Settings, line: _Line) -> str:
    """Why this line was not judged; empty where it was."""
    path = line.path
    if path in index.unreadable:
        return f"the file {index.unreadable[path]}"
    if not any(file.path == path for file in index.listing.files):
        return f"this file is not part of the project: {_left_out(settings, path)}"
    return ""


def _left_out(settings: Settings, path: str) -> str:
    if not path.endswith(SUFFIXES):
        return "it is no Python file"
    parts = Parts(settings)
    own = parts.of(path).settings
    for folder, patterns in (("", settings.exclude), (parts.folder(path), own.exclude)):
        below = path.removeprefix(f"{folder}/") if folder else path
        for pattern in patterns:
            if matches(pattern, below):
                return f"`{pattern}` in `exclude` covers it"
    return (
        "git ignores it, or it lies in a folder that is passed over: a hidden one, `build`, `dist`, an environment, "
        "another repository"
    )


def _hidden(index: Index, path: str) -> Iterator[Step]:
    """A step for each other file that an import of this one's module leads to."""
    return (Step(path, 1, str(one)) for one in index.listing.shadowed if one.path == path)


def _unread(line: _Line, module: Module | None) -> Step:
    if module is None:
        text = "the file holds none of the names that a contract goes by, so it was not read further"
        return Step(line.path, line.number, text)
    return Step(line.path, module.facts.problem_line, f"this file {module.facts.problem}")


def _found(line: _Line, results: _Results) -> Iterator[Step]:
    """The findings that stand on a line, each with its chain."""
    excused = {(one.finding.code, one.finding.span, one.finding.message): one for one in results.excused}
    kept = {(one.code, one.span, one.message) for one in results.kept}
    for one in results.found:
        if one.path != line.path or not one.span.line <= line.number <= max(one.span.end_line, one.span.line):
            continue
        key = (one.code, one.span, one.message)
        what = f"{one.code} {one.name}: {one.message}"
        if key in excused:
            what += f" (excused by {_by(excused[key])}: {excused[key].reason or 'no reason given'})"
        elif key not in kept:
            what += " (left out by select, ignore, tests-ignore or per-path-ignores)"
        yield Step(line.path, one.span.line, what)
        yield from (Step(hop.path, hop.line, hop.text, 1) for hop in one.chain)


def _nearest(line: _Line, results: _Results) -> Step | None:
    """What is reported in the line of the file that is nearest; None where nothing is in the whole file."""
    own = [one for one in results.kept if one.path == line.path]
    if not own:
        return None
    nearest = min((one.span.line for one in own), key=lambda one: (abs(one - line.number), one))
    codes = sorted({f"{one.code} {one.name}" for one in own if one.span.line == nearest})
    return Step(line.path, nearest, f"the nearest finding is {' and '.join(codes)}")


def _by(one: Suppressed) -> str:
    return f"the {one.by}" if one.kind == "baseline" else one.by


def _about(links: Links, module: Module, line: int, told: Collection[tuple[str, int, str]]) -> Iterator[Step]:
    """What the names of a line are to one contract, and what that contract does not judge here. Nothing where the line
    has no such names."""
    contract = links.contract
    path = module.file.path
    names = list(_names(links, module, line))
    for text, link in names:
        yield Step(path, line, text)
        hops = link.chain if link is not None else ()
        if not {*hops} <= {*told}:
            yield from (Step(hop.path, hop.line, hop.text, 1) for hop in hops)
    if not names:
        return
    if links.roles.is_home(module):
        text = (
            f"this module is home of contract {contract.name}: identity and construction are not judged here"
        )
        yield Step(path, line, text)
    elif links.roles.may_build(module):
        yield Step(path, line, f"this module is in `build-in` of contract {contract.name}: it may construct")
    for prefix, why in contract.left_off.items():
        if prefix not in CODES:
            yield Step(path, line, f"contract {contract.name} {why}: {spanned(prefix)} are off")


def _names(links: Links, module: Module, line: int) -> Iterator[tuple[str, Link | None]]:
    """Each name of a line that leads to the symbol of a contract, or is called like it: what it is, in words."""
    here = [one.name for one in module.facts.classes if one.span.line == line and not one.where.scope]
    here += [one.name for one in module.facts.functions if one.span.line == line and not one.where.scope]
    about = [(name, f"{module.name}.{name}", links.path(f"{module.name}.{name}")) for name in here]
    for one in module.facts.imports:
        if one.span.line == line:
            target = absolute(one.target, module)
            about.append((one.bound, target, links.path(target) if target and one.name != "*" else None))
    for use in module.facts.uses:
        if use.ref.span.line == line:
            shown = [absolute(target, module) for target in use.ref.targets]
            about.append((use.ref.spelled, " or ".join(filter(None, shown)), links.ref(use.ref, module)))
    seen = set()
    for spelled, target, link in about:
        if (spelled, target) in seen:
            continue
        seen.add((spelled, target))
        if link is not None:
            symbol = links.contract.symbol or f"the primitive `{link.origin or link.path}`"
            yield f"`{spelled}` is {_what(link, symbol)} by the path `{target}`", link
        elif {spelled.rpartition(".")[2], target.rpartition(".")[2]} & links.roles.words:
            yield (
                f"`{spelled}` is bound to {f'`{target}`' if target else 'a local value'}, which leads to no "
                f"{links.contract.symbol or 'primitive'}",
                None,
            )


def _what(link: Link, canonical: str) -> str:
    names = {
        "canonical": f"{canonical} itself",
        "also": f"{canonical} at an allowed place",
        "implementation": f"the implementation of {canonical}",
        "factory": f"a factory of {canonical}",
    }
    kinds = {
        "symbol": f"{canonical}",
        "instead": f"a class to be replaced by {canonical}",
        "subclass": f"a subclass of {canonical}",
        "double": f"a test double of {canonical}",
        "factory": f"a factory of {canonical}",
        "maker": f"a callable that hands out {canonical}",
        "instance": f"an instance of {canonical}",
    }
    text = names.get(link.at) or kinds[link.kind]
    return text if link.sure else f"perhaps {text}"
