"""One string of the settings → what is wrong with it, or nothing. Pure; knows no file and no other string.

A *form* is what a string stands for: a dotted path, a pattern of names, a glob. Each is a function from the
text to a complaint (empty when the text is right) and a regular expression for the JSON Schema, never
stricter than the function.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from ssot_lint.model.packs import PACKS, PREFIX
from ssot_lint.model.signatures import signature_of
from ssot_lint.model.wording import suggestion


class Form(NamedTuple):
    """``problem`` completes the sentence "`TEXT` …"; ``pattern`` is an ECMA 262 regular expression."""

    problem: Callable[[str], str]
    pattern: str | None = None


def _text(text: str) -> str:
    return ""


def _identifier(text: str) -> str:
    if not text:
        return "is empty"
    if text != text.strip():
        return "has blanks around it"
    if not text.isidentifier():
        return "is not an identifier"
    if keyword.iskeyword(text):
        return "is a keyword of Python"
    normal = unicodedata.normalize("NFKC", text)
    return "" if normal == text else f"is read by Python as `{normal}`: write that"


def _module(text: str) -> str:
    """A dotted name of one or more identifiers."""
    if ":" in text:
        file, _, name = text.replace("\\", "/").partition(":")
        module = file.removesuffix(".py").removesuffix("/__init__")
        words = (part for part in re.split(r"[/:.]", f"{module}.{name}") if part)
        return f"is no dotted path: write `{'.'.join(words)}`"
    if "/" in text or "\\" in text:
        return "is a file: write the module's dotted path, as in `package.module`"
    if "*" in text:
        return "is a pattern, and a pattern is not allowed here"
    parts = text.split(".")
    if len(parts) > 1 and "" in parts:
        return _hole(parts)
    for part in parts:
        problem = _identifier(part)
        if problem:
            return problem if part == text else f"is no dotted path: `{part}` {problem}"
    return ""


def _hole(parts: list[str]) -> str:
    where = (
        "begins with a dot"
        if not parts[0]
        else "ends with a dot"
        if not parts[-1]
        else "has two dots in a row"
    )
    return f"is no dotted path: it {where}"


def _path(text: str) -> str:
    problem = _module(text)
    if problem or "." in text:
        return problem
    return "has no dot: name the module too, as in `package.module.Name`"


def _pattern(text: str) -> str:
    """A dotted path, a bare name, or either with ``*``."""
    if not text.strip("*."):
        return "would match every name" if "*" in text else _module(text)
    # A star may stand for letters or for nothing, so a letter in its place makes a name of a right pattern.
    problem = _module(text.replace("*", "x"))
    if not problem:
        return ""
    return _module(text) if "*" not in text else "is no pattern of names: only names, dots and `*` are"


def _name_pattern(text: str) -> str:
    return _pattern(text) or ("has a dot: patterns of bare names stand here" if "." in text else "")


def _module_pattern(text: str) -> str:
    """A dotted path, or one whose last part is ``*`` or ``**``."""
    head, dot, last = text.rpartition(".")
    if last in ("*", "**") and "*" not in head:
        return _module(head) if dot else ""
    return _module(text) if "*" not in text else "is no pattern of modules: write `pkg.*` or `pkg.**`"


def _primitive(text: str) -> str:
    """A dotted path of one or more parts, or a pack."""
    if not text.startswith(PREFIX):
        return _module(text)
    name = text.removeprefix(PREFIX)
    return (
        ""
        if name in PACKS
        else f"is no pack{suggestion(name, PACKS) or '; known: ' + ', '.join(sorted(PACKS))}"
    )


def _signature(text: str) -> str:
    """A function without its name: ``async def(self, context, *, timeout=None)``."""
    try:
        parameters = signature_of(text).parameters
    except ValueError:
        return "is no signature: write it as in `async def(self, context, *, timeout=None)`"
    if not parameters or parameters[0].kind not in ("bare", "plain"):
        return "has no first parameter: write `self`, too"
    return ""


def _argument(text: str) -> str:
    """A parameter, by its name or its position."""
    return "" if text.isascii() and text.isdigit() else _identifier(text)


def _value(text: str) -> str:
    return "" if text else "is empty"


def _contract(text: str) -> str:
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*", text):
        return ""
    return "is no name of a contract: letters, digits and single hyphens, as in `websocket-manager`"


def _any_contract(text: str) -> str:
    """A contract of one's own, or that of another member."""
    name, at, folder = text.partition("@")
    problem = _contract(name)
    return problem or (
        _relative(folder) and f"names no member: {folder or 'what follows `@`'} {_relative(folder)}"
        if at
        else ""
    )


def _relative(text: str) -> str:
    """What a glob and a folder have in common: it lies below the root and is written in one way."""
    if not text:
        return "is empty"
    if "\0" in text:
        return "has a NUL character"
    if "\\" in text:
        return f"has a backslash: write `{text.replace(chr(92), '/')}`"
    if text.startswith("/") or re.match(r"[A-Za-z]:", text):
        return "is absolute: write it relative to the folder of the settings file"
    if text.startswith("~"):
        return "begins with `~`, which is not expanded: write it relative to the folder of the settings file"
    parts = text.split("/")
    if ".." in parts:
        return "leads out of the root with `..`"
    return "has two slashes in a row" if "" in parts[:-1] else ""


def _glob(text: str) -> str:
    problem = _relative(text)
    if problem:
        return problem
    if text.startswith("!"):
        return "begins with `!`: a glob cannot take back another"
    if text.strip("/") == ".":
        return "is the root: write `**`"
    if "." in text.split("/"):
        return f"has a part that is only a dot: write `{'/'.join(p for p in text.split('/') if p != '.')}`"
    return ""


def _member(text: str) -> str:
    if text.startswith("!"):
        return f"begins with `!`: a glob cannot take back another; write `{text[1:]}` in `exclude`"
    return "is the root itself: name folders below it" if text.strip("/") == "." else _glob(text)


def _folder(text: str) -> str:
    problem = _relative(text)
    if not problem and set("*?[") & set(text):
        return "is a pattern: name the folders one by one"
    return problem


def _file(text: str) -> str:
    return "is empty" if not text else "has a NUL character" if "\0" in text else ""


_NAME: Final = r"[^\s.:/\\*?\[\]'\"-]+"
_STAR: Final = r"[^\s.:/\\?\[\]'\"-]+"

FORMS: Final[Mapping[str, Form]] = {
    "text": Form(_text),
    "identifier": Form(_identifier, f"^{_NAME}$"),
    "module": Form(_module, rf"^{_NAME}(\.{_NAME})*$"),
    "path": Form(_path, rf"^{_NAME}(\.{_NAME})+$"),
    "pattern": Form(_pattern, rf"^{_STAR}(\.{_STAR})*$"),
    "name-pattern": Form(_name_pattern, f"^{_STAR}$"),
    "module-pattern": Form(_module_pattern, rf"^({_NAME}(\.{_NAME})*(\.\*\*?)?|\*\*?)$"),
    "primitive": Form(_primitive, rf"^(pack:[a-z]+|{_NAME}(\.{_NAME})*)$"),
    "signature": Form(_signature, r"^\s*(async\s+)?def\s*\("),
    "argument": Form(_argument, f"^({_NAME}|[0-9]+)$"),
    "value": Form(_value, r"^[\s\S]+$"),
    "contract": Form(_contract, r"^[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*$"),
    "any-contract": Form(_any_contract, r"^[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*(@[^/\\~][^\\]*)?$"),
    "glob": Form(_glob, r"^[^/\\~!][^\\]*$"),
    "member": Form(_member, r"^[^/\\~!][^\\]*$"),
    "folder": Form(_folder, r"^[^/\\~][^\\]*$"),
    "file": Form(_file, r"^[^\0]+$"),
    # Which codes exist is known to the rules alone: whoever reads the settings hands them in.
    "code": Form(_text, r"^(SOT[0-9]{0,3}|[a-z]+(-[a-z]+)*)$"),
}
"""The forms by the word that a field's metadata uses."""
