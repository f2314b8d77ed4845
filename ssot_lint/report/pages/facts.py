"""The facts of one file as text, for people who work on them: one fact a line, what says nothing left out. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.facts import Facts, FileOutline
from ssot_lint.model.finding import Span


def render(facts: Facts) -> str:
    return "".join(f"{line}\n" for line in _lines(facts))


def _lines(facts: Facts) -> Iterator[str]:
    usual = dict(_fields(Facts()))
    for field, value in _fields(facts):
        if value == usual[field]:
            continue
        if isinstance(value, tuple) and not hasattr(value, "_fields"):
            yield from (f"{field}  {_shown(one)}" for one in value)
        else:
            yield f"{field}  {_shown(value)}"


def _fields(facts: Facts) -> Iterator[tuple[str, object]]:
    """All fields, with those of the outline in its place."""
    for field in Facts.__dataclass_fields__:
        value = getattr(facts, field)
        yield from value._asdict().items() if isinstance(value, FileOutline) else ((field, value),)


def _shown(value: object) -> str:
    """A value in short: a place as ``line:column-line:column``, and of a record the fields that are not as usual."""
    if isinstance(value, Span):
        return f"{value.line}:{value.column}-{value.end_line}:{value.end_column}"
    fields = getattr(value, "_fields", None)
    if fields is None:
        if isinstance(value, tuple):
            return f"[{', '.join(map(_shown, value))}]"
        return value if isinstance(value, str) and value.isidentifier() else repr(value)
    usual = getattr(value, "_field_defaults", {})
    told = ((name, getattr(value, name)) for name in fields)
    shown = [f"{name}={_shown(one)}" for name, one in told if name not in usual or one != usual[name]]
    return f"{type(value).__name__}({', '.join(shown)})"
