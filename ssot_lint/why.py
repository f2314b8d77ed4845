"""Everything that is known about one line → the steps of the reasoning, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ssot_lint.config import Settings
from ssot_lint.index import Index
from ssot_lint.links import Link, Links
from ssot_lint.model import Finding
from ssot_lint.modules import Module, absolute
from ssot_lint.suppress import Suppressed


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an answer to "why?": a place and what the tool knows of it."""

    path: str
    line: int
    text: str


def steps(
    index: Index,
    settings: Settings,
    path: str,
    line: int,
    found: Sequence[Finding],
    suppressed: Iterable[Suppressed],
    shown: set[Finding],
) -> Iterator[Step]:
    """What is known of a line: its names, what is found there, and what excuses or leaves it out."""
    if path in index.unreadable:
        yield Step(path, line, f"the file {index.unreadable[path]}")
        return
    if not any(file.path == path for file in index.listing.files):
        yield Step(
            path,
            line,
            "this file is not part of the project: it is excluded, ignored by git or no Python file",
        )
        return
    module = index.project.at(path)
    if not index.links:
        yield Step(path, line, "there is no contract")
    if module is None:
        yield Step(
            path, line, "the file holds none of the names that a contract goes by, so it was not read further"
        )
        return
    if module.facts.problem:
        yield Step(path, module.facts.problem_line, f"this file {module.facts.problem}")
        return
    said = False
    for links in index.links:
        for step in _names(links, module, line):
            said = True
            yield step
    here = [
        one
        for one in found
        if one.path == path and one.span.line <= line <= max(one.span.end_line, one.span.line)
    ]
    by_key = {(one.finding.code, one.finding.span, one.finding.message): one for one in suppressed}
    kept = {(one.code, one.span, one.message) for one in shown}
    for finding in here:
        key = (finding.code, finding.span, finding.message)
        what = f"{finding.code} {finding.name}: {finding.message}"
        if key in by_key:
            what += f" (excused by {by_key[key].by}: {by_key[key].reason or 'no reason given'})"
        elif key not in kept:
            what += " (left out by select, ignore or per-path-ignores)"
        yield Step(path, finding.span.line, what)
        for hop in finding.chain:
            yield Step(hop.path, hop.line, hop.text)
    if not here:
        yield Step(
            path,
            line,
            "nothing is reported here" if said else "no name on this line leads to a contract's symbol",
        )


def _names(links: Links, module: Module, line: int) -> Iterator[Step]:
    contract = links.contract
    path = module.file.path
    about = []
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
        if link is None:
            if set(target.split(".")) & links.words or set(spelled.split(".")) & links.words:
                yield Step(
                    path,
                    line,
                    f"`{spelled}` is bound to `{target or 'a local value'}`, which leads to no {contract.canonical}",
                )
            continue
        yield Step(path, line, f"`{spelled}` is {_what(link, contract.canonical)} by the path `{target}`")
        for hop in link.chain:
            yield Step(hop.path, hop.line, hop.text)
    if not seen:
        return
    if links.is_home(module):
        yield Step(
            path,
            line,
            f"this module is home of contract {contract.name}: identity and construction are not judged here",
        )
    elif links.may_build(module):
        yield Step(path, line, f"this module is in `build-in` of contract {contract.name}: it may construct")
    if not (contract.factories or contract.build_in):
        yield Step(
            path,
            line,
            f"contract {contract.name} has no `factories` and no `build-in`: SOT201 to SOT206 are off",
        )
    if contract.instances == "shared":
        yield Step(
            path, line, f'contract {contract.name} has `instances = "shared"`: SOT301 to SOT306 are off'
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
        "subclass": f"a subclass of {canonical}",
        "double": f"a test double of {canonical}",
        "factory": f"a factory of {canonical}",
        "maker": f"a callable that hands out {canonical}",
        "instance": f"an instance of {canonical}",
    }
    text = names.get(link.at) or kinds[link.kind]
    return text if link.sure else f"perhaps {text}"
