"""What is wrong with the settings of one file, and with those of all files together. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase

from ssot_lint.model.contracts import KINDS, BaseContract, ClassContract, VocabularyContract
from ssot_lint.model.errors import Mistake
from ssot_lint.model.wording import shown, suggestion
from ssot_lint.settings.fields import Complaint, complaints, expected, keys_of, text_problem
from ssot_lint.settings.layers import Merged, items
from ssot_lint.settings.settings import Exemption, Settings

PLACES = ("path", "code", "contract", "symbol")
"""The keys of which an exemption must have one."""


def of_layer(table: Mapping[str, object], codes: Mapping[str, str]) -> Iterator[Complaint]:
    """What is wrong with the keys and values of one file."""
    for keys, message in _complaints(table, Settings, codes):
        mild = "; write `tests-ignore = […]` and `tests-severity = {…}` beside `tests = […]`"
        yield keys, message + mild * (keys == ("tests",) and isinstance(table["tests"], Mapping))
    contracts = table.get("contracts")
    for name, contract in contracts.items() if isinstance(contracts, Mapping) else ():
        for keys, message in _contract_complaints(name, contract, codes):
            yield ("contracts", name, *keys), message
    for index, exemption in enumerate(items(table.get("exemptions"))):
        for keys, message in _exemption_complaints(exemption, codes):
            yield ("exemptions", index, *keys), message


def _complaints(table: Mapping[str, object], record: type, codes: Mapping[str, str]) -> Iterator[Complaint]:
    """What is wrong with the keys and values of a table; of a key that another table has, where it belongs."""
    tables = _tables()
    here = next(name for name, records in tables.items() if record in records)
    for keys, message in complaints(table, record, codes):
        key = str(keys[0]).replace("_", "-")
        others = [name for name, records in tables.items() if any(key in keys_of(one) for one in records)]
        if others and here not in others:
            message = f"belongs to {' or '.join(others)}, and this is {here}"
        yield keys, message


def _tables() -> Mapping[str, Collection[type]]:
    """The tables of settings, in the words of an error, each with the records that have its keys. Plugins add kinds."""
    return {
        "the top of the settings": (Settings,),
        "a contract": (*KINDS.values(),),
        "an exemption": (Exemption,),
    }


def _contract_complaints(name: str, contract: object, codes: Mapping[str, str]) -> Iterator[Complaint]:
    problem = text_problem(name, "contract", codes)
    if problem:
        yield (), problem
    if not isinstance(contract, Mapping):
        yield (), expected("a table", contract)
        return
    kind = contract.get("kind", ClassContract.kind)
    if not isinstance(kind, str):
        yield ("kind",), expected("a string", kind)
    elif kind not in KINDS:
        yield ("kind",), f"unknown kind {shown(kind)}{suggestion(kind, KINDS)}"
    else:
        rest = {key: value for key, value in contract.items() if key != "kind"}
        for keys, message in _complaints(rest, KINDS[kind], codes):
            owner = _owner(str(keys[0]), kind) if len(keys) == 1 else ""
            message = f"belongs to kind {owner}, and this one is {kind}" if owner else message
            dotted = len(keys) == 1 and isinstance(rest[str(keys[0])], Mapping)
            yield keys, f"{message}; the name of a contract has no dot" if dotted else message


def _owner(key: str, kind: str) -> str:
    """The other kind that a key belongs to; nothing where this kind has it, or where none does."""
    records: dict[str, type] = {**KINDS}
    if key in keys_of(records[kind]):
        return ""
    return next((name for name, record in records.items() if key in keys_of(record)), "")


def _exemption_complaints(exemption: object, codes: Mapping[str, str]) -> Iterator[Complaint]:
    if not isinstance(exemption, Mapping):
        yield (), expected("a table", exemption)
        return
    yield from _complaints(exemption, Exemption, codes)
    reason = exemption.get("reason", "")
    if isinstance(reason, str) and not reason.strip():
        yield ("reason",), "an exemption needs a reason"
    if not any(exemption.get(name) for name in PLACES):
        yield (), "an exemption must say what it excuses: `path`, `code`, `contract` or `symbol`"


def of_all(merged: Merged, whole: bool, foreign: Collection[str] | None) -> Iterator[Mistake]:
    """What no value shows alone. ``whole``: all files could be read, so what is missing is missing."""
    owners: dict[tuple[object, str], str] = {}
    for name, contract in merged.contracts.items():
        kind = contract.get("kind", ClassContract.kind)
        record: type | None = KINDS.get(kind) if isinstance(kind, str) else None
        for key in keys_of(record).values() if record is not None and whole else ():
            if key.required and key.name not in contract:
                message = f"needs `{key.name}`: {key.help[0].lower()}{key.help[1:].removesuffix('.')}"
                yield merged.mistake(("contracts", name), message)
        canonical = contract.get("canonical")
        # Several contracts may say of one base who must derive from it, and how it must look.
        if isinstance(canonical, str) and kind != BaseContract.kind:
            first = owners.setdefault((kind, canonical), name)
            if first != name:
                message = f"{shown(canonical)} is the canonical of the contract `{first}` already"
                yield merged.mistake(("contracts", name, "canonical"), message)
        for keys, message in _against(kind, contract, whole):
            yield merged.mistake(("contracts", name, *keys), message)
    names = {*merged.contracts, *(foreign or ())}
    for index, exemption in enumerate(items(merged.table.get("exemptions"))):
        wanted = exemption.get("contract") if isinstance(exemption, Mapping) else None
        if isinstance(wanted, str) and wanted and wanted not in names and whole and foreign is not None:
            theirs = [one for one in sorted(names) if one.startswith(f"{wanted}@")]
            near = f"; did you mean {shown(theirs[0])}?" if theirs else suggestion(wanted, sorted(names))
            message = f"there is no contract {shown(wanted)}{near}"
            yield merged.mistake(("exemptions", index, "contract"), message)


def _contradictions(contract: Mapping[str, object], whole: bool) -> Iterator[Complaint]:
    canonical = contract.get("canonical")
    facades = [path for path in items(contract.get("also-at")) if isinstance(path, str)]
    if contract.get("isolated-by") and not contract.get("factories") and whole:
        yield ("isolated-by",), "names parameters of the factories, and there are no `factories`"
    for index, path in enumerate(items(contract.get("also-at"))):
        if path == canonical:
            yield ("also-at", index), f"{shown(str(path))} is the canonical path itself"
    for index, pattern in enumerate(items(contract.get("retired"))):
        if not isinstance(pattern, str) or text_problem(pattern, "pattern", {}):
            continue
        if isinstance(canonical, str) and _names(pattern, canonical):
            yield ("retired", index), f"{shown(pattern)} retires the canonical {shown(canonical)} itself"
        for facade in facades:
            if _names(pattern, facade):
                yield ("retired", index), f"{shown(pattern)} retires {shown(facade)}, which `also-at` allows"


def _of_bases(contract: Mapping[str, object]) -> Iterator[Complaint]:
    given = contract.get("canonical")
    canonical = [given] if isinstance(given, str) else items(given)
    if given in ([], ()):
        yield ("canonical",), "is empty: name a class"
    for index, path in enumerate(items(contract.get("instead-of"))):
        if isinstance(path, str) and path in canonical:
            yield ("instead-of", index), f"{shown(path)} is a canonical path itself"


def _of_vocabularies(contract: Mapping[str, object], whole: bool) -> Iterator[Complaint]:
    agreed = items(contract.get("values"))
    for index, value in enumerate(items(contract.get("retired-values"))):
        if value in agreed:
            yield ("retired-values", index), f"{shown(str(value))} is one of `values`, too"
    if contract.get("argument") and not contract.get("emitters") and whole:
        yield ("argument",), "is a parameter of the emitters, and there are no `emitters`"


def _against(kind: object, contract: Mapping[str, object], whole: bool) -> Iterator[Complaint]:
    """What the keys of a contract say against each other."""
    if kind == ClassContract.kind:
        yield from _contradictions(contract, whole)
    elif kind == BaseContract.kind:
        yield from _of_bases(contract)
    elif kind == VocabularyContract.kind:
        yield from _of_vocabularies(contract, whole)


def _names(pattern: str, path: str) -> bool:
    """Whether a retired name or path covers the object at ``path``."""
    return fnmatchcase(path if "." in pattern else path.rpartition(".")[2], pattern)
