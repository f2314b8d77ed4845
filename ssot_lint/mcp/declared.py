"""The tools and resources that agents are offered: names, descriptions, JSON Schemas. Plain data; knows no SDK."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ssot_lint.mcp import tools
from ssot_lint.mcp.resident import AgentProject
from ssot_lint.model.errors import WrongInput
from ssot_lint.model.wording import shown, suggestion

Schema = dict[str, object]

INSTRUCTIONS = """\
This project declares what is canonical: one name and one import path for each protected symbol, one factory that builds
it, who alone may touch a primitive, which values are agreed. Before you write code that uses, builds, copies or renames
such a thing, ask `how_to_build` or `canonical` for it. Hand each file that you write to `check` as a buffer before you
save it, and mend what is found as its `advice` says. Paths are relative to the project's root."""


class Tool(NamedTuple):
    """``answer`` gets the project and the arguments, which fit ``parameters``."""

    name: str
    title: str
    about: str
    parameters: Mapping[str, Schema]
    required: tuple[str, ...]
    result: Mapping[str, Schema]
    answer: Callable[[AgentProject, Mapping[str, object]], tools.Data]

    @property
    def input_schema(self) -> Schema:
        return {
            "type": "object",
            "properties": {name: dict(one) for name, one in self.parameters.items()},
            "required": [*self.required],
            "additionalProperties": False,
        }

    @property
    def output_schema(self) -> Schema:
        properties = {name: dict(one) for name, one in self.result.items()}
        return {"type": "object", "properties": properties, "required": [*self.result]}


def _text(about: str) -> Schema:
    return {"type": "string", "description": about}


def _perhaps(about: str) -> Schema:
    return {"type": ["string", "null"], "description": about}


def _list(of: Schema, about: str) -> Schema:
    return {"type": "array", "items": of, "description": about}


_STRING: Schema = {"type": "string"}
_OBJECT: Schema = {"type": "object"}
_SYMBOL = _text("a name: bare, dotted, retired, private, an alias, or the name of a contract")
_ABOUT: Mapping[str, Schema] = {
    "symbol": _text("the name that was asked about"),
    "standing": _text(
        "what the name is to the contract: canonical, retired, alias, implementation, factory, …"
    ),
    "contract": _text("the contract's name"),
    "kind": _text("its kind: class, gateway, vocabulary, base"),
    "canonical": _perhaps("the dotted path to be used"),
}
_OTHERS = _list(_OBJECT, "further contracts that speak of this name")

_STEP: Schema = {
    "type": "object",
    "properties": {"path": _STRING, "line": {"type": "integer"}, "text": _STRING},
    "required": ["path", "line", "text"],
}
_FINDING: Schema = {
    "type": "object",
    "properties": {
        "path": _STRING,
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer", "minimum": 1},
        "code": _STRING,
        "message": _STRING,
        "advice": _text("what to do instead"),
        "chain": _list(_STEP, "the bindings that lead from the place to the canonical symbol"),
    },
    "required": ["path", "line", "column", "code", "message", "advice"],
}

TOOLS: tuple[Tool, ...] = (
    Tool(
        "canonical",
        "Canonical name",
        "The one name and import path of what is meant by a name, whatever that name is: retired, private, an alias.",
        {"symbol": _SYMBOL},
        ("symbol",),
        {
            **_ABOUT,
            "answer": _text("what the name is, and what to write instead"),
            "import": _perhaps("the line that imports it"),
            "retired": _list(_STRING, "names and values that must not be used any more"),
            "implementation": _perhaps("where its statement is, which is private"),
            "also_at": _list(_STRING, "further paths that are allowed"),
            "reason": _text("why the contract exists"),
            "others": _OTHERS,
        },
        lambda project, given: tools.canonical(project, str(given["symbol"])),
    ),
    Tool(
        "how_to_build",
        "How to build it",
        "How to get an instance, a value or a subclass of what is meant by a name: what to import, what to call, which "
        "key keeps users apart, and what is not allowed. Ask before you write code that needs one.",
        {"symbol": _SYMBOL},
        ("symbol",),
        {
            **_ABOUT,
            "answer": _text("what to do"),
            "import": _perhaps("the line of the import"),
            "call": _perhaps("the call that makes an instance"),
            "code": _perhaps("an example"),
            "isolated_by": _list(_STRING, "the factory's parameters that keep users apart"),
            "factories": _list(_OBJECT, "all that may be called"),
            "do_not": _list(_STRING, "what is not allowed"),
            "others": _OTHERS,
        },
        lambda project, given: tools.how_to_build(project, str(given["symbol"])),
    ),
    Tool(
        "check",
        "Check files",
        "What departs from the contracts in some files, or in all of them: place, code, message, and what to do. Texts "
        "that are not saved go into buffers; they may be new files.",
        {
            "paths": _list(_STRING, "files and folders to report on; none is the whole project"),
            "buffers": {
                "type": "object",
                "additionalProperties": _STRING,
                "description": "texts in place of files, or of files that are not there yet, by path",
            },
        },
        (),
        {
            "findings": _list(_FINDING, "sorted by path, line, column"),
            "summary": _text("how many, in how many files"),
            "left_off": {"type": "integer", "description": "how many findings are not told"},
        },
        lambda project, given: tools.check(project, given["paths"], given["buffers"]),  # type: ignore[arg-type]
    ),
    Tool(
        "why",
        "Reasons for a line",
        "Each step of the reasoning about one line of a file, also why nothing is reported there.",
        {
            "path": _text("a file"),
            "line": {"type": "integer", "minimum": 1, "description": "the line, from 1"},
        },
        ("path", "line"),
        {"path": _STRING, "line": {"type": "integer"}, "steps": _list(_STEP, "in their order")},
        lambda project, given: tools.why(project, str(given["path"]), given["line"]),  # type: ignore[arg-type]
    ),
    Tool(
        "spellings",
        "All spellings",
        "All names by which the code knows a symbol, each with its places: before it is renamed or moved.",
        {"symbol": _SYMBOL},
        ("symbol",),
        {
            **_ABOUT,
            "spellings": _list(_OBJECT, "names, what each is, and where it stands"),
            "others": _OTHERS,
        },
        lambda project, given: tools.spellings(project, str(given["symbol"])),
    ),
)

_EMPTY: Mapping[str, object] = {"paths": (), "buffers": {}}
"""What stands for an argument that is not given."""


def arguments(tool: Tool, given: Mapping[str, object]) -> Mapping[str, object]:
    """The arguments of a call, with those that are not given. WrongInput, with one mistake a line."""
    mistakes = [
        f"{tool.name} has no parameter {shown(name)}{suggestion(name, tool.parameters)}"
        for name in given
        if name not in tool.parameters
    ]
    mistakes += [
        f"{tool.name} needs {shown(name)}: {tool.parameters[name]['description']}"
        for name in tool.required
        if name not in given
    ]
    mistakes += [
        f"{shown(name)} must be {problem}"
        for name, value in given.items()
        if name in tool.parameters and (problem := _problem(name, value))
    ]
    if mistakes:
        raise WrongInput("\n".join(mistakes))
    return {name: _EMPTY[name] if given.get(name) is None else given[name] for name in tool.parameters}


def _problem(name: str, value: object) -> str:
    """What a value must be, if it is something else."""
    match name:
        case "line":
            is_good = isinstance(value, int) and not isinstance(value, bool) and value > 0
            return "" if is_good else "a whole number from 1 on"
        case "paths":
            is_good = value is None or (
                isinstance(value, list) and all(isinstance(one, str) for one in value)
            )
            return "" if is_good else "a list of paths"
        case "buffers":
            is_good = value is None or (
                isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
            )
            return "" if is_good else "an object with the text of each path"
        case _:
            return "" if isinstance(value, str) and value.strip() else "a text that is not empty"
