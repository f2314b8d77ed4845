"""Settings → the values in force, and where each comes from: as TOML that could be read again, or as plain data."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ssot_lint.model.contracts import Contract
from ssot_lint.model.rules import CODES, spanned
from ssot_lint.model.wording import printable, shown
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.view import at, count
from ssot_lint.settings.fields import keys_of
from ssot_lint.settings.settings import Exemption, Settings

DEFAULT = "default"
_ABSENT = (None, "", ())


@dataclass(frozen=True, slots=True)
class Membership:
    """How settings belong to a root with members. ``folder`` is that of the member, empty for the settings of the root.
    ``members`` is empty but for the root: each folder, and whether it has settings of its own. ``others`` are the
    contracts of other members that hold here, too: the name that each has here, and the folder of its member, empty
    for the root."""

    root: str
    folder: str
    members: tuple[tuple[str, bool], ...]
    others: tuple[tuple[str, str], ...]


class Layout(NamedTuple):
    """The files on the disk that settings are about. ``roots`` are those of import paths; ``matched`` has, by key, each
    pattern with the number of files that it covers; ``shadowed`` has sentences on files that share a module name."""

    roots: tuple[str, ...]
    matched: Mapping[str, tuple[tuple[str, int], ...]]
    shadowed: tuple[str, ...]


def render(
    settings: Settings,
    file: str,
    codes: Mapping[str, str],
    paint: Paint,
    member: Membership | None = None,
    layout: Layout | None = None,
) -> str:
    """The text. ``file`` is the path of the settings as it is shown, ``codes`` has the rule of each code."""
    layout = layout or Layout((), {}, ())
    lines = [paint.title(f"# in force: {printable(file)}")]
    if member is not None:
        lines += [paint.label(f"# {sentence}") for sentence in _of_member(member)]
    lines.append("")
    for name, value, source in _top(settings):
        if name == "src" and value is None:
            lines.append(f"# src: found from the layout{_listed(layout.roots)}")
            continue
        # The values of the extended file stand here already, so `extends` must not be read again.
        text = f"{'# ' if name == 'extends' else ''}{name} = {toml(value)}"
        lines.append(f"{text}  {paint.aside(f'# {_origin(source)}')}")
        lines += [paint.label(f"# {sentence}") for sentence in _covered(layout, name)]
    lines += [paint.label(f"# {sentence}") for sentence in layout.shadowed]
    for contract in settings.contracts:
        header = f"[contracts.{_name(contract.name)}]"
        lines += ["", f"{paint.title(header)}  {paint.aside(f'# {_where(settings, contract)}')}"]
        for name, value, source in _of_contract(settings, contract):
            lines.append(f"{name} = {toml(value)}  {paint.aside(f'# {_origin(source)}')}")
        lines += [paint.label(f"# {sentence}") for sentence in left_off(contract)]
    for exemption in settings.exemptions:
        where = at(_exemptions_file(settings), exemption.line)
        lines += ["", f"{paint.title('[[exemptions]]')}  {paint.aside(f'# {where}')}"]
        lines += [f"{name} = {toml(value)}" for name, value in _of_exemption(exemption)]
    return "".join(f"{line}\n" for line in lines)


def _listed(roots: Iterable[str]) -> str:
    text = ", ".join(map(shown, roots))
    return f": {text}" if text else ""


def _covered(layout: Layout, key: str) -> Iterator[str]:
    if key == "src" and layout.roots:
        yield f"roots of import paths: {', '.join(map(shown, layout.roots))}"
    for text, files in layout.matched.get(key, ()):
        yield f"{shown(text)} covers {count(files, 'file')}"


def _of_member(member: Membership) -> Iterator[str]:
    if member.folder:
        yield f"member {shown(member.folder)} of {printable(member.root)}"
    for folder, has_settings in member.members:
        yield f"member {shown(folder)}: {'by its own settings' if has_settings else 'by these settings'}"
    for name, owner in member.others:
        whose = f"member {shown(owner)}" if owner else "the root"
        yield f"contract {name} of {whose} holds here too, where its symbol is used"


def document(
    settings: Settings,
    file: str,
    codes: Mapping[str, str],
    member: Membership | None = None,
    layout: Layout | None = None,
) -> dict[str, object]:
    """The same as data. A ``source`` is a file, relative to the folder of ``file``, or None for a default."""
    return {
        "file": file,
        **({} if member is None else {"workspace": _data_of_member(member)}),
        **({} if layout is None else {"layout": _data_of_layout(layout)}),
        "settings": {
            name: {"value": _data(value), "source": source or None} for name, value, source in _top(settings)
        },
        "contracts": {
            contract.name: {
                "kind": contract.kind,
                "line": settings.contract_lines[contract.name],
                "keys": {
                    name: {"value": _data(value), "source": source or None}
                    for name, value, source in _of_contract(settings, contract)
                    if name != "kind"
                },
                "off": list(left_off(contract)),
            }
            for contract in settings.contracts
        },
        "exemptions": [
            {"line": exemption.line, **{name: _data(value) for name, value in _of_exemption(exemption)}}
            for exemption in settings.exemptions
        ],
    }


def _data_of_layout(layout: Layout) -> dict[str, object]:
    return {
        "roots": list(layout.roots),
        "patterns": {key: dict(found) for key, found in layout.matched.items()},
        "shadowed": list(layout.shadowed),
    }


def _data_of_member(member: Membership) -> dict[str, object]:
    return {
        "root": member.root,
        "folder": member.folder or None,
        "members": [{"folder": folder, "own-settings": own} for folder, own in member.members],
        "contracts-of-others": [{"name": name, "member": owner or None} for name, owner in member.others],
    }


def left_off(contract: Contract) -> Iterator[str]:
    """Which rules the contract leaves off, and why."""
    for prefix, why in contract.left_off.items():
        if prefix not in CODES:
            yield f"{spanned(prefix)} are off: the contract {why}"


def _top(settings: Settings) -> Iterator[tuple[str, object, str]]:
    """Key, value and source of the settings outside of contracts and exemptions."""
    for name, key in keys_of(Settings).items():
        if name in ("contracts", "exemptions"):
            continue
        value = getattr(settings, key.attribute)
        if (name in ("extends", "baseline") and value is None) or (name == "members" and not value):
            continue
        inner = sorted({of for at, of in settings.sources.items() if at.startswith(f"{name}.")})
        yield name, value, ", ".join(inner) or settings.sources.get(name, "")


def _of_contract(settings: Settings, contract: Contract) -> Iterator[tuple[str, object, str]]:
    """Key, value and source of each key of a contract that has a value, also by default."""
    cls: type = type(contract)
    yield "kind", contract.kind, settings.sources.get(f"contracts.{contract.name}.kind", "")
    for name, key in keys_of(cls).items():
        value = getattr(contract, key.attribute)
        if value not in _ABSENT:
            yield name, value, settings.sources.get(f"contracts.{contract.name}.{name}", "")


def _of_exemption(exemption: Exemption) -> Iterator[tuple[str, object]]:
    for name, key in keys_of(Exemption).items():
        value = getattr(exemption, key.attribute)
        if value not in _ABSENT:
            yield name, value


def _origin(source: str) -> str:
    return printable(source) or DEFAULT


def _where(settings: Settings, contract: Contract) -> str:
    file = settings.sources.get(f"contracts.{contract.name}", settings.label)
    return at(file, settings.contract_lines[contract.name])


def _exemptions_file(settings: Settings) -> str:
    return settings.sources.get("exemptions", settings.label)


def _data(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _data(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [_data(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def toml(value: object) -> str:
    """A value as TOML writes it, on one line."""
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_name(name)} = {toml(item)}' for name, item in value.items())}}}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(toml, value))}]"
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _name(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _string(name)


def _string(text: str) -> str:
    """A basic string. TOML's escapes are those of JSON, except for characters above U+FFFF."""
    return (
        "".join(
            c if c.isprintable() and ord(c) > 127 else _ESCAPED.get(c) or json.dumps(c)[1:-1] for c in text
        )
        .replace("##", r"#\u0023")
        .join('""')
    )


_ESCAPED = {"\x7f": "\\u007f"}
