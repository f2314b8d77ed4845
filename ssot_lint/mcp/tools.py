"""A question of an agent → its answer as plain data, by way of the project as it is now. Raises what ``now`` raises."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from ssot_lint.engine.names import lookup
from ssot_lint.engine.names.building import Maker, makers
from ssot_lint.engine.names.lookup import Lookup
from ssot_lint.engine.names.spellings import spellings as spelled
from ssot_lint.engine.request import asked_for
from ssot_lint.links.index import Index
from ssot_lint.mcp import wording
from ssot_lint.mcp.resident import AgentProject, index_of, inside, there
from ssot_lint.model.contracts import BaseContract, ClassContract, GatewayContract
from ssot_lint.model.errors import WrongInput
from ssot_lint.model.finding import Finding
from ssot_lint.model.wording import shown
from ssot_lint.report.lines import tally
from ssot_lint.report.pages.guide import code, forbidden
from ssot_lint.report.view import count

Data = dict[str, object]

MOST_FINDINGS = 500
"""So many findings are told at once: nobody mends more before asking again."""
MOST_PLACES = 200
"""So many places of one spelling are told."""


def canonical(project: AgentProject, symbol: str) -> Data:
    """The one name and import path of what is meant by a name."""
    found, others = _meant(index_of(project.now()), symbol)
    contract = found.contract
    return {
        **_about(found, symbol),
        "answer": wording.sentence(found, lookup.bare(symbol)),
        "import": wording.import_line(found),
        "retired": [*contract.named("retired", "retired-value")],
        "implementation": next(iter(contract.named("implementation")), None),
        "also_at": [*contract.named("also"), *contract.named("canonical")[1:]],
        "reason": contract.reason,
        "others": [_about(one, symbol) for one in others],
    }


def how_to_build(project: AgentProject, symbol: str) -> Data:
    """How an instance is made: what to import, what to call, with which key."""
    found, others = _meant(index_of(project.now()), symbol)
    contract = found.contract
    ways = _ways(found)
    first = ways[0] if ways else None
    answer, line, snippet = _building(found, first)
    return {
        **_about(found, symbol),
        "answer": answer,
        "import": line,
        "call": first.call if first is not None else None,
        "code": snippet,
        "asynchronous": first is not None and first.asynchronous,
        "isolated_by": [*contract.named("key")],
        "instances": contract.instances if isinstance(contract, ClassContract) else None,
        "factories": [_way(one) for one in ways if one.path in contract.named("factory")],
        "build_in": [*contract.named("builder")],
        "values": [{"value": value, "member": member or None} for value, member in wording.members(found)],
        "methods": dict(contract.methods) if isinstance(contract, BaseContract) else {},
        "do_not": forbidden(contract),
        "reason": contract.reason,
        "others": [_about(one, symbol) for one in others],
    }


def spellings(project: AgentProject, symbol: str) -> Data:
    """All names by which the code knows a symbol, and where."""
    index = index_of(project.now())
    found, others = _meant(index, symbol)
    return {
        **_about(found, symbol),
        "spellings": [
            {
                "name": one.name,
                "standing": one.standing,
                "paths": [*one.paths],
                "count": len(one.places),
                "places": [
                    {"path": place.path, "line": place.span.line, "column": place.span.column + 1}
                    for place in one.places[:MOST_PLACES]
                ],
            }
            for one in spelled(index, found)
        ],
        "others": [_about(one, symbol) for one in others],
    }


def check(project: AgentProject, paths: Sequence[str], buffers: Mapping[str, str]) -> Data:
    """What departs from the contracts in files and folders, with texts that are not saved; no path is all."""
    session = project.now(buffers)
    for path in buffers:
        if inside(session, path) == "." or os.path.isdir(session.root / path):
            raise WrongInput(f"{shown(path)} is a folder, and no file can have its name")
    wanted = asked_for([there(session, path, buffers) for path in paths] or ["."])
    found = [one for one in session.state.findings if wanted(one.path)]
    files = count(sum(wanted(file.path) for file in session.files()), "file")
    summary = f"{tally(found) if found else 'no findings'}; {files} checked"
    left_off = max(len(found) - MOST_FINDINGS, 0)
    if left_off:
        summary += f"; {left_off} findings are left off here: name paths to see them"
    return {
        "findings": [_finding(one) for one in found[:MOST_FINDINGS]],
        "summary": summary,
        "left_off": left_off,
    }


def why(project: AgentProject, path: str, line: int) -> Data:
    """Each step of the reasoning about one line, also why nothing is reported there."""
    session = project.now()
    place = there(session, path)
    if place == "." or os.path.isdir(session.root / place):
        raise WrongInput(f"{shown(path)} is a folder, and not a file")
    steps = session.why(place, line) or ()
    return {
        "path": place,
        "line": line,
        "steps": [
            {"path": one.path, "line": one.line, "text": one.text, "depth": one.depth} for one in steps
        ],
    }


def _meant(index: Index, symbol: str) -> tuple[Lookup, list[Lookup]]:
    """What a name is to the contract that it has most to do with, and to others. WrongInput where it is nothing."""
    found = lookup.lookups(index, symbol)
    if found:
        return found[0], found[1:]
    near = lookup.near(index, symbol)
    if near:
        hint = f"; did you mean `{near}`?"
    else:
        known = {one.links.contract.name: one.links.contract for one in lookup.held_contracts(index)}
        names = [
            f"{code([name])} ({one.symbol})" if one.symbol else code([name]) for name, one in known.items()
        ]
        hint = f"; the contracts are {', '.join(names)}" if names else "; none is declared"
    raise WrongInput(f"no contract of this project speaks of {shown(symbol)}{hint}")


def _about(found: Lookup, symbol: str) -> Data:
    return {
        "symbol": symbol,
        "standing": found.standing,
        "contract": found.name,
        "kind": found.contract.kind,
        "canonical": wording.canonical_of(found),
    }


def _ways(found: Lookup) -> list[Maker]:
    """What makes an instance of a class; of other kinds nothing does."""
    if not isinstance(found.contract, ClassContract) or not found.links.roles.is_class:
        return []
    # The one that was asked about comes first.
    return sorted(makers(found.links), key=lambda one: one.path != found.path)


def _way(one: Maker) -> Data:
    return {
        "path": one.path,
        "import": one.line,
        "call": one.call,
        "parameters": None if one.parameters is None else [*one.parameters],
        "isolated_by": [*one.keys],
        "asynchronous": one.asynchronous,
    }


def _building(found: Lookup, first: Maker | None) -> tuple[str, str | None, str | None]:
    """What to do in a sentence, the line of the import, and an example in Python."""
    contract = found.contract
    line = wording.import_line(found)
    if first is not None:
        answer = f"write `{first.line}`, and call `{first.call}`"
        if first.keys:
            answer += f", where {code(first.keys)} keeps users apart and is never `None`"
        if contract.named("builder") and not contract.named("factory"):
            answer = f"it is built in {code(contract.named('builder'))} alone: take it from there"
        return answer, first.line, f"{first.line}\n\n{first.call}\n"
    if isinstance(contract, ClassContract):
        return f"`{contract.symbol}` is no class: import it, `{line}`, and use it", line, f"{line}\n"
    if isinstance(contract, BaseContract):
        names = code(contract.named("canonical"), last="or")
        return f"derive from {names}", line, _derived(contract, line or "")
    if isinstance(contract, GatewayContract):
        return wording.sentence(found, found.path or contract.name), line, f"{line}\n" if line else None
    answer = f"take a value from `{contract.symbol}`, and write no text of your own"
    first_member = next((member for _, member in wording.members(found) if member), "")
    example = f"\n{wording.written(found, first_member)}\n" if first_member else ""
    return answer, line, f"{line}\n{example}" if line else None


def _derived(contract: BaseContract, line: str) -> str:
    """A class that derives as it must, with the methods that it must have."""
    name = contract.symbol.rpartition(".")[2]
    head = f"{line}\n\n\nclass Example({name}):\n"
    if not contract.methods:
        return f"{head}    pass\n"
    bodies = []
    for method, signature in contract.methods.items():
        before, _, after = signature.partition("def")
        bodies.append(f"    {before}def {method}{after.strip()}:\n        ...\n")
    return head + "\n".join(bodies)


def _finding(one: Finding) -> Data:
    """A finding with the keys of ``check --format json``, as far as an agent needs them."""
    return {
        "path": one.path,
        "line": max(one.span.line, 1),
        "column": one.span.column + 1,
        "end_line": max(one.span.end_line, 1),
        "end_column": one.span.end_column + 1,
        "code": one.code,
        "name": one.name,
        "severity": one.severity,
        "message": one.message,
        "advice": one.advice,
        "reason": one.reason,
        "contract": one.contract,
        "chain": [{"path": hop.path, "line": max(hop.line, 1), "text": hop.text} for hop in one.chain],
    }


__all__ = ["canonical", "check", "how_to_build", "spellings", "why"]
