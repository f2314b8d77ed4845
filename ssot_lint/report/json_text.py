"""A value → JSON text in ASCII. The only place where JSON is written for people and programs."""

from __future__ import annotations

import json
import re

from ssot_lint.model.wording import printable

_SURROGATE = re.compile("[\ud800-\udfff]")


def dumps(value: object, indent: int | None = None) -> str:
    """JSON in ASCII, which is safe in every terminal and log. Lone surrogates, which many readers of JSON refuse, are
    escaped as text."""
    text = json.dumps(value, allow_nan=False, indent=indent)
    if "\\ud" in text:
        # By now each surrogate is escaped, also the halves of characters above U+FFFF.
        text = json.dumps(_whole(value), allow_nan=False, indent=indent)
    # Both stand in strings only. A CI service may take two number signs for the start of a command.
    return text.replace("##", r"#\u0023").replace("\x7f", r"\u007f")


def _whole(value: object) -> object:
    if isinstance(value, str):
        return value if value.isascii() else _SURROGATE.sub(lambda found: printable(found[0]), value)
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_whole(item) for item in value]
    return value
