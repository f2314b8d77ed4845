"""The fields of the settings → their JSON Schema. ``python -m ssot_lint.settings.schema`` prints it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ssot_lint.model.contracts import KINDS, ClassContract
from ssot_lint.settings.check import PLACES
from ssot_lint.settings.fields import DATE, NUMBER, STRING, Key, Shape, keys_of
from ssot_lint.settings.forms import FORMS
from ssot_lint.settings.settings import Exemption, Settings


def schema() -> dict[str, object]:
    """The JSON Schema (draft-07, which SchemaStore, taplo and validate-pyproject read) of the settings."""
    kinds = {name: _object(record) for name, record in KINDS.items()}
    kind = {"description": "What the contract protects.", "enum": list(KINDS), "default": ClassContract.kind}
    required = {name: one.pop("required", []) for name, one in kinds.items()}
    keyed = {"required": ["isolated-by"], "properties": {"isolated-by": {"minItems": 1}}}
    alone: list[dict[str, Any]] = [
        {"if": _is(name), "then": {"required": needed}} for name, needed in required.items()
    ]
    alone.append({"if": {"allOf": [_is(ClassContract.kind), keyed]}, "then": {"required": ["factories"]}})
    for one in kinds.values():
        one["properties"] = {"kind": kind, **one["properties"]}
    contract = {
        "properties": {"kind": kind},
        "allOf": [{"if": _is(name), "then": {"$ref": f"#/definitions/{name}"}} for name in kinds],
    }
    exemption = _object(Exemption)
    exemption["anyOf"] = [{"required": [name]} for name in PLACES]
    settings = _object(Settings)
    settings["properties"]["contracts"]["additionalProperties"] = {"$ref": "#/definitions/contract"}
    settings["properties"]["exemptions"]["items"] = {"$ref": "#/definitions/exemption"}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "ssot-lint",
        "description": "Settings: `[tool.ssot-lint]` in a pyproject.toml, or the whole of an ssot-lint.toml.",
        **settings,
        "if": {"not": {"required": ["extends"]}},
        # What an extended file may hold already is required only where none is extended.
        "then": {"properties": {"contracts": {"additionalProperties": {"allOf": alone}}}},
        "definitions": {"contract": contract, **kinds, "exemption": exemption},
    }


def _is(kind: str) -> dict[str, Any]:
    """What holds of a contract of a kind."""
    named = {"properties": {"kind": {"const": kind}}}
    return named if kind == ClassContract.kind else {**named, "required": ["kind"]}


def _object(cls: type) -> dict[str, Any]:
    keys = keys_of(cls)
    schema: dict[str, Any] = {"type": "object", "additionalProperties": False}
    schema["properties"] = {name: _value(key) for name, key in keys.items()}
    required = [name for name, key in keys.items() if key.required]
    return {**schema, "required": required} if required else schema


def _value(key: Key) -> dict[str, object]:
    """The JSON Schema (draft-07) of a key's value. What tables of tables hold is the caller's to fill in."""
    schema = {"description": key.help, **_schema(key, key.shape)}
    if isinstance(key.default, tuple):
        schema["default"] = {} if key.shape.types == (Mapping,) else list(key.default)
    elif key.default is not None and (key.default != "" or key.form == "text"):
        # Where nothing may be written there is nothing to say.
        schema["default"] = key.default
    return schema


def _schema(key: Key, shape: Shape) -> dict[str, object]:
    if shape is DATE:
        # A TOML date is a string to some validators, and to others a value that JSON Schema has no type for.
        pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
        never = {"type": ["boolean", "number", "array", "object", "null"]}
        return {"format": "date", "pattern": pattern, "not": never}
    if shape.types == (bool,):
        return {"type": "boolean"}
    if shape.types == (int,):
        return {"type": "integer", "minimum": 1}
    if shape is NUMBER:
        least, greatest = map(float, key.choices)
        return {"type": "number", "minimum": least, "maximum": greatest}
    if shape is STRING:
        return {"type": "string", **({"enum": list(key.choices)} if key.choices else _matching(key.form))}
    item = _schema(key, shape.item) if shape.item else {}
    if str in shape.types:
        return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}
    if shape.types == (Mapping,):
        return {"type": "object", "propertyNames": _matching(key.names), "additionalProperties": item}
    return {"type": "array", "items": item}


def _matching(form: str) -> dict[str, object]:
    pattern = FORMS[form].pattern
    return {"pattern": pattern} if pattern else {}


if __name__ == "__main__":
    print(json.dumps(schema(), indent=2))
