"""The fields of a dataclass → what is wrong with a table of settings, and the values in it.

Pure, and generic: it knows neither the settings nor the contracts, only dataclasses whose fields have the
metadata that ``contracts.key`` makes.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from inspect import get_annotations
from typing import NamedTuple

from ssot_lint.model.wording import printable, shown, suggestion
from ssot_lint.settings.forms import FORMS
from ssot_lint.settings.positions import Keys

Complaint = tuple[Keys, str]
"""The way to a wrong thing, relative to what was asked about, and what is wrong with it."""


class Shape(NamedTuple):
    """A type of TOML values, in the words of an error. ``item`` is the type of what an array or a table
    holds; None where the caller judges that."""

    words: str
    types: tuple[type, ...]
    item: Shape | None = None
    not_types: tuple[type, ...] = ()


STRING = Shape("a string", (str,))
_STRINGS = Shape("an array of strings", (list, tuple), STRING)
DATE = Shape("a date", (datetime.date,), not_types=(datetime.datetime,))
NUMBER = Shape("a number", (int, float), not_types=(bool,))
_SHAPES = {
    "str": STRING,
    "bool": Shape("a boolean", (bool,)),
    "int": Shape("an integer", (int,), not_types=(bool,)),
    "float": NUMBER,
    "datetime.date": DATE,
    "tuple[str, ...]": _STRINGS,
    "str | tuple[str, ...]": Shape("a string or an array of strings", (str, list, tuple), STRING),
    "Mapping[str, str]": Shape("a table of strings", (Mapping,), STRING),
    "Mapping[str, tuple[str, ...]]": Shape("a table of arrays of strings", (Mapping,), _STRINGS),
    "tuple[Contract, ...]": Shape("a table of tables", (Mapping,)),
    "tuple[Exemption, ...]": Shape("an array of tables", (list, tuple)),
}
"""Types by the annotations of fields, which ``from __future__ import annotations`` keeps as text."""


class Key(NamedTuple):
    """``name`` is the key, ``attribute`` the field. ``form`` is that of each string in the value, ``names``
    that of the keys of a table; ``choices`` are the allowed words, if they are few; of a number
    the least and the greatest."""

    name: str
    attribute: str
    shape: Shape
    form: str
    names: str
    choices: tuple[str, ...]
    help: str
    required: bool
    default: object
    example: str


@lru_cache(maxsize=16)
def keys_of(cls: type) -> Mapping[str, Key]:
    """The keys by their names, in the order of the fields, inherited ones last. A field without metadata is no key."""
    keys = {}
    own = get_annotations(cls)
    for field in sorted(dataclasses.fields(cls), key=lambda field: field.name not in own):
        if not field.metadata:
            continue
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        name = field.name.replace("_", "-")
        keys[name] = Key(
            name=name,
            attribute=field.name,
            shape=_SHAPES[_spelled(field.type).removesuffix(" | None")],
            form=field.metadata["form"],
            names=field.metadata["names"],
            choices=tuple(field.metadata["choices"].split()),
            help=field.metadata["help"],
            required=required,
            default=_default(field),
            example=field.metadata["example"],
        )
    return keys


def _spelled(annotation: object) -> str:
    """An annotation as the code spells it, which ``from __future__ import annotations`` keeps as text."""
    text = annotation.__name__ if type(annotation) is type else str(annotation)
    return text.removeprefix("collections.abc.")


def _default(field: dataclasses.Field[object]) -> object:
    """What holds where nothing is said; None where there is no such value, or where a key is required."""
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return None if field.default is dataclasses.MISSING else field.default


def complaints(table: Mapping[str, object], cls: type, codes: Mapping[str, str]) -> Iterator[Complaint]:
    """All that is wrong with the keys and values of a table. What is missing is not judged."""
    keys = keys_of(cls)
    for name, value in table.items():
        if name in keys:
            yield from _under(name, _wrong(value, keys[name], keys[name].shape, codes))
        else:
            yield (name,), "unknown key" + suggestion(name, keys)


def convert(value: object, key: Key, codes: Mapping[str, str]) -> object:
    """A value without complaints as the field has it: arrays are tuples, codes are resolved."""
    if isinstance(value, str):
        return resolve_code(value, codes) if key.form == "code" else value
    if key.shape is NUMBER and isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, (list, tuple)):
        return tuple(convert(item, key, codes) for item in value)
    if isinstance(value, Mapping):
        return {
            resolve_code(name, codes) if key.names == "code" else name: convert(item, key, codes)
            for name, item in value.items()
        }
    return value


def resolve_code(word: str, codes: Mapping[str, str]) -> str:
    """The code or prefix of codes that ``word`` stands for: itself, or the code of the rule of that name.

    ValueError, with the nearest right word, when there is none.
    """
    if len(word) >= 3 and any(code.startswith(word) for code in codes):
        return word
    for code, name in codes.items():
        if name == word:
            return code
    near = suggestion(word.upper(), codes) or suggestion(word.lower(), codes.values())
    raise ValueError(f"{shown(word)} is no code, prefix of codes or name of a rule{near}")


def expected(words: str, value: object) -> str:
    """Says that a value has the wrong type, and how to write it if that is easily told."""
    message = f"expected {words}, got {_type(value)}"
    if words == _STRINGS.words and isinstance(value, str):
        return f'{message}; write `["{printable(value[:80])}"]`'
    if words == DATE.words and isinstance(value, (str, datetime.datetime)):
        return f"{message}; write a date without quotes and without a time, as in `until = 2027-03-01`"
    return message


def _type(value: object) -> str:
    if isinstance(value, bool):
        return f"the boolean `{str(value).lower()}`"
    if isinstance(value, str):
        return f"the string {shown(value)}"
    if isinstance(value, int):
        # Longer ones may have too many digits for Python to print.
        return f"the integer `{value}`" if abs(value) < 10**18 else "a very large integer"
    names: tuple[tuple[type, str], ...] = (
        (float, "a float"),
        (datetime.datetime, "a date with a time"),
        (datetime.date, "a date"),
        (datetime.time, "a time"),
        (Mapping, "a table"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), "an array")


def _under(key: str | int, found: Iterable[Complaint]) -> Iterator[Complaint]:
    return (((key, *keys), message) for keys, message in found)


def _wrong(value: object, key: Key, shape: Shape, codes: Mapping[str, str]) -> Iterator[Complaint]:
    if not isinstance(value, shape.types) or isinstance(value, shape.not_types):
        yield (), expected(shape.words, value)
    elif isinstance(value, str):
        problem = _string(value, key, codes)
        if problem:
            yield (), problem
    elif isinstance(value, (int, float)) and shape is NUMBER:
        problem = _number(value, key)
        if problem:
            yield (), problem
    elif isinstance(value, int) and shape.types == (int,) and value < 1:
        yield (), "is less than 1"
    elif shape.item and isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _under(index, _wrong(item, key, shape.item, codes))
    elif shape.item and isinstance(value, Mapping):
        yield from _wrong_names(value, key, codes)
        for name, item in value.items():
            yield from _under(name, _wrong(item, key, shape.item, codes))


def _wrong_names(table: Mapping[str, object], key: Key, codes: Mapping[str, str]) -> Iterator[Complaint]:
    seen: dict[str, str] = {}
    for name in table:
        problem = text_problem(name, key.names, codes)
        if problem:
            yield (name,), problem
        elif key.names == "code":
            first = seen.setdefault(resolve_code(name, codes), name)
            if first != name:
                yield (name,), f"is the same as {shown(first)}, which has a value already"


def _number(value: float, key: Key) -> str:
    least, greatest = key.choices
    if value < float(least):
        return f"is less than {least}"
    if value <= float(greatest):
        return ""
    percent = value / 100 if value <= 100 else 0.0
    share = f"; write `{percent:g}`" if float(least) <= percent <= float(greatest) else ""
    return f"is greater than {greatest}{share}" if value > float(greatest) else "is not a number"


def _string(text: str, key: Key, codes: Mapping[str, str]) -> str:
    if key.choices and text not in key.choices:
        words = ", ".join(f"`{word}`" for word in key.choices)
        return f"{shown(text)} is not one of {words}{suggestion(text, key.choices)}"
    return text_problem(text, key.form, codes)


def text_problem(text: str, form: str, codes: Mapping[str, str]) -> str:
    """What is wrong with a string of a form, as a sentence; nothing when it is right."""
    if form == "code":
        try:
            resolve_code(text, codes)
        except ValueError as error:
            return str(error)
        return ""
    problem = FORMS[form].problem(text)
    return "is empty" if problem == "is empty" else f"{shown(text)} {printable(problem)}" if problem else ""
