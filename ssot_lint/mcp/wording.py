"""What a name is to a contract → a sentence that tells an agent what to write. Pure."""

from __future__ import annotations

from ssot_lint.engine.names.building import import_of
from ssot_lint.engine.names.lookup import Lookup, Standing
from ssot_lint.model.contracts import BaseContract, GatewayContract, VocabularyContract
from ssot_lint.report.pages.guide import code

_IS: dict[Standing, str] = {
    "contract": "is the contract of {0}",
    "canonical": "is canonical",
    "implementation": "is the private implementation of {0}",
    "also": "is an allowed path to {0}",
    "retired": "is a retired name of {0}",
    "alias": "is another name of {0}",
    "factory": "is a factory of {0}",
    "instead": "must not be derived from in place of {0}",
    "rival": "is a known copy of {0}",
    "member": "must derive from {0}",
    "subclass": "derives from {0}",
    "maker": "hands out an instance of {0}",
    "instance": "is an instance of {0}",
    "emitter": "is given a value of {0}",
    "value": "is a value of {0}",
    "retired-value": "is a retired value of {0}",
    "primitive": "may be touched by its home alone",
}


def canonical_of(found: Lookup) -> str | None:
    """The dotted path to be used; None where a gateway names none."""
    contract = found.contract
    if isinstance(contract, GatewayContract):
        return contract.use or None
    return contract.symbol or None


def import_line(found: Lookup) -> str | None:
    """The line that imports it."""
    path = canonical_of(found)
    return import_of(found.links.project, path)[0] if path else None


def sentence(found: Lookup, asked: str) -> str:
    """What the name is, and what to write."""
    contract = found.contract
    is_path = found.standing != "contract" and found.path.rpartition(".")[2] == asked.rpartition(".")[2]
    name = found.path if is_path else asked
    if isinstance(contract, GatewayContract):
        return f"{_gateway(contract, name)}{_instead(found)}"
    canonical = canonical_of(found) or contract.name
    what = _IS[found.standing].format(canonical)
    if found.standing in ("value", "retired-value"):
        name = asked
    told = f"`{name}` {what}"
    line = import_line(found)
    if found.standing == "factory":
        return (
            f"{told}: `{import_of(found.links.project, found.path)[0]}`; `how_to_build` says how to call it"
        )
    if isinstance(contract, VocabularyContract) and found.standing == "value":
        member = member_of(found, asked)
        return (
            f"{told}: write `{written(found, member)}` after `{line}`, and not the text" if member else told
        )
    if isinstance(contract, BaseContract):
        return f"{told}: derive from {code(contract.named('canonical'), last='or')}, `{line}`"
    return f"{told}: write `{line}`" if line else told


def _gateway(contract: GatewayContract, name: str) -> str:
    if name == contract.name:
        name = "what the contract names"
    who = f"only {code(contract.home)}" if contract.home else "nobody"
    verb = {"any": "touch", "call": "call", "write": "write to"}[contract.access]
    shown = name if " " in name else f"`{name}`"
    return f"{who} may {verb} {shown}"


def _instead(found: Lookup) -> str:
    line, path = import_line(found), canonical_of(found)
    return f": use `{path}`, `{line}`" if path else ": go through it"


def member_of(found: Lookup, value: str) -> str:
    """The path of the member that stands for a value; empty where it has no name."""
    own = found.links.roles.listed
    if own is None:
        return ""
    name = next((one.name for one in own.words.entries if one.known and one.text == value and one.name), "")
    return f"{found.contract.symbol}.{name.rpartition('.')[2]}" if name else ""


def written(found: Lookup, member: str) -> str:
    """A member as it is written after the line of the import."""
    _, name = import_of(found.links.project, found.contract.symbol)
    return f"{name}{member.removeprefix(found.contract.symbol)}"


def members(found: Lookup) -> list[tuple[str, str]]:
    """The agreed values, each with the path of its member, which is empty where it has none."""
    contract = found.contract
    own = found.links.roles.listed
    listed_values = [one.text for one in own.words.entries if one.known] if own is not None else []
    return [(one, member_of(found, one)) for one in dict.fromkeys(contract.named("value") or listed_values)]


__all__ = ["canonical_of", "import_line", "member_of", "members", "sentence", "written"]
