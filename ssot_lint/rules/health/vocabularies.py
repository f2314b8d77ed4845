"""A vocabulary → what is wrong with its declaration: values that contradict, emitters that are nowhere. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from ssot_lint.links.emitters import defined
from ssot_lint.links.follow import follow
from ssot_lint.links.listed import listed
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.resolve import Links
from ssot_lint.rules.evidence.values import agreed, literals_of, vocabulary
from ssot_lint.rules.health.module_patterns import uncovered


def faults(links: Links, everywhere: Sequence[Links]) -> Iterator[tuple[str, str, str, str]]:
    """What is wrong: the code, the key, the word in it, and a sentence."""
    contract, canonical = vocabulary(links), links.contract.symbol
    own = links.roles.listed
    is_read = own is not None and (
        own.words.form == "constant" or any(one.known for one in own.words.entries)
    )
    if not contract.values and not is_read:
        yield "SOT907", "canonical", "", f"`{canonical}` lists no values that can be read"
        return
    for number, one in enumerate(contract.retired_values):
        if one in agreed(links):
            yield "SOT907", "retired-values", str(number), f'"{one}" is retired, and `{canonical}` lists it'
    for number, emitter in enumerate(contract.emitters):
        dotted = "." in emitter
        if dotted and not any(_exists(view, emitter) for view in everywhere):
            more = _near(emitter, everywhere)
            yield "SOT901", "emitters", str(number), f"the emitter `{emitter}` does not exist{more}"
        elif dotted and contract.argument and not contract.argument.isdigit():
            if not any(_takes(view, emitter, contract.argument) for view in everywhere):
                message = f"`{emitter}` has no parameter `{contract.argument}`"
                yield "SOT907", "argument", contract.argument, message
    for number, message in uncovered("home", contract.home, everywhere):
        yield "SOT907", "home", contract.home[number], message
    if not any(map(_is_used, everywhere)):
        yield "SOT903", "canonical", "", f"nothing outside its home uses `{canonical}` or its values"


def _exists(links: Links, emitter: str) -> bool:
    if not links.project.is_module(emitter.partition(".")[0]):
        return True
    return defined(links, emitter) is not None or follow(links.project, emitter).kind != "nothing"


def _near(emitter: str, everywhere: Sequence[Links]) -> str:
    """The nearest function of the module, as the end of a message."""
    found, name = set[str](), emitter.rpartition(".")[0]
    for view in everywhere:
        module, _ = view.project.find(emitter)
        said = module.facts.literals if module is not None else None
        found |= (
            {f"{module.name}.{one.qualname}" for one in said.takers} if module is not None and said else set()
        )
        for one in module.bound_names if module is not None else ():
            found.add(f"{module.name if module is not None else name}.{one}")
    near = get_close_matches(emitter, sorted(found), 1)
    return f"; did you mean `{near[0]}`?" if near else ""


def _takes(links: Links, emitter: str, argument: str) -> bool:
    found = defined(links, emitter)
    if found is None:
        return True
    names = (*found.taker.parameters, *found.taker.keywords)
    return argument in names or any(one.startswith("**") for one in names)


def _is_used(links: Links) -> bool:
    """Whether a file outside of the home speaks of canonical, or spells out a value."""
    others = [module for module in links.project.every() if not links.roles.is_home(module)]
    return any(
        literals_of(module).spots or literals_of(module).emissions or _reaches(links, module)
        for module in others
    )


def _reaches(links: Links, module: Module) -> bool:
    paths = [absolute(one.target, module) for one in module.facts.imports]
    known = (path in links.roles.homes or links.path(path) is not None for path in paths if path)
    return any(known) or any(_is_around(links, path) for path in paths if path)


def _is_around(links: Links, path: str) -> bool:
    """Whether canonical is a value of the class at a path."""
    own = links.roles.listed
    found = listed(links.project, path) if own is not None and "." in own.words.name else None
    if found is None or found.rest or own is None:
        return False
    return found.module.file == own.module.file and own.words.name.startswith(f"{found.words.name}.")
