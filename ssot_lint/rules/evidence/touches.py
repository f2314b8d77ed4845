"""One file and a gateway → the places that touch a primitive, each with what is done there. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from ssot_lint.links.hops import hop_of, nearest
from ssot_lint.links.link import Link
from ssot_lint.model.contracts import GatewayContract
from ssot_lint.model.contracts.modules import in_words
from ssot_lint.model.dotted import beginnings, ends
from ssot_lint.model.facts import WRITING, Binding, Call, Doing, Import, Ref, Text, Use, Where
from ssot_lint.model.finding import Hop, Span
from ssot_lint.model.patching import CHANGERS
from ssot_lint.rules.evidence import Evidence, Match, asking, chains, primitives, texts


class PrimitiveUse(NamedTuple):
    """A place that touches the primitive at ``path``; ``rest`` is what follows that there. ``bound``: by a name that an
    import or an assignment has given it, and that is judged there."""

    span: Span
    spelled: str
    where: Where
    path: str
    rest: str
    doing: Doing
    keys: tuple[str, ...]
    bound: bool
    sure: bool
    chain: tuple[Hop, ...]

    @property
    def whole(self) -> str:
        """The path of what is touched, with what follows the primitive."""
        return f"{self.path}.{self.rest}" if self.rest else self.path


def gateway(evidence: Evidence) -> GatewayContract:
    return evidence.of_kind(GatewayContract)


def excused(evidence: Evidence, where: Where) -> bool:
    """Whether a place touches nothing when the program runs, or lies in a class or function that is home."""
    if "typing" in where.guards:
        return True
    return bool(where.scope) and evidence.links.contract.is_home(evidence.module.name, where.scope)


def match(evidence: Evidence, touch: PrimitiveUse, message: str) -> Match:
    use = gateway(evidence).use
    advice = f"use {use}" if use else "go through its home"
    if not use and gateway(evidence).home:
        advice = f"go through {in_words(gateway(evidence).home[0])}"
    if not touch.sure and not chains.MAY.search(message):
        message += "; it may be something else"
    return Match(
        touch.span, message, touch.spelled, touch.where, touch.chain, not touch.sure, advice, touch.path
    )


def uses(evidence: Evidence) -> Iterator[PrimitiveUse]:
    """The paths and names in the file that lead to a primitive, but those that only name it."""
    called = {call.callee.span: call for call in evidence.facts.calls}
    given = primitives.given_to_objects(evidence)
    modules = _imported(evidence)
    for use in evidence.facts.uses:
        held = None if use.ref.targets else primitives.held(evidence, given, use)
        link = held or primitives.link_of(evidence, use.ref)
        if link is None or use.doing == "type" or excused(evidence, use.where):
            continue
        call = called.get(use.ref.span)
        is_module = (
            "." not in link.path or link.path in modules or evidence.links.project.is_module(link.path)
        )
        doing = _doing(evidence, use, link, is_module, call is not None)
        keys = asking.asked(evidence, use.ref.span, call, link)
        if doing == "may-write":
            doing, link = "write", link._replace(sure=False)
        if (
            doing == "write"
            and use.doing not in ("write", "may-write")
            and primitives.classes_of(evidence, link.path)
        ):
            # What a method of a class of the project does, only that knows, whatever the method is called.
            link = link._replace(sure=False)
        acts = doing == "write" or (call is not None and link.rest == link.part)
        kept = primitives.handed_on(evidence, link, acts=acts)
        if kept is None:
            continue
        link = kept
        touch = _touch(evidence, use.ref, use.where, link, doing, keys)
        yield touch._replace(bound=touch.bound or held is not None or link.path in modules)
    told = {use.ref.span for use in evidence.facts.uses}
    for call in evidence.facts.calls:
        yield from _put(evidence, call)
        if call.callee.ref is not None and call.callee.ref.span not in told:
            yield from _through_a_name(evidence, call)


def _doing(evidence: Evidence, use: Use, link: Link, is_module: bool, is_called: bool) -> Doing:
    """What is done with a primitive by a use of it."""
    changes = is_called and link.rest.rpartition(".")[2] in WRITING
    if is_module and (changes or not link.rest):
        # What a function of a module is called says nothing: `os.remove` changes no `os`.
        return "call" if is_called else "read"
    if use.doing == "augment":
        # What is got from a primitive is mostly a number or text, which nothing changes in place.
        return "read" if link.rest else "write"
    if not changes:
        return use.doing
    # Where only calls are forbidden, a method that changes something is called like others.
    return "call" if gateway(evidence).access == "call" else "write"


def _imported(evidence: Evidence) -> frozenset[str]:
    """The modules that statements of the file import as a whole, and what these are in."""
    plain = (evidence.absolute(one.target) for one in evidence.facts.imports if not one.name)
    return frozenset(path for target in plain for path in beginnings(target))


def _through_a_name(evidence: Evidence, call: Call) -> Iterator[PrimitiveUse]:
    """A call of a name of the file that an assignment has given to a primitive."""
    ref = call.callee.ref
    if ref is None or call.callee.form != "path" or not all(one.startswith(":") for one in ref.targets):
        return
    link = primitives.link_of(evidence, ref)
    link = primitives.handed_on(evidence, link, acts=True) if link is not None else None
    if link is not None and not excused(evidence, call.where):
        yield _touch(evidence, ref, call.where, link, "call", asking.asked(evidence, ref.span, call, link))


def _put(evidence: Evidence, call: Call) -> Iterator[PrimitiveUse]:
    """A call that changes its first argument: ``patch.dict(os.environ, …)``."""
    spelled = call.callee.ref.spelled if call.callee.ref is not None else ""
    # A fixture, or a context of its own, has any name.
    if not ends(spelled, CHANGERS) and not spelled.endswith((".setitem", ".delitem")):
        return
    for one in call.arguments:
        if one.slot not in _CHANGED:
            continue
        link = primitives.link_of(evidence, one.value.ref) if one.value.ref is not None else None
        if link is not None and one.value.ref is not None and not excused(evidence, call.where):
            keys = tuple(asking.put(evidence, call, spelled))
            yield _touch(evidence, one.value.ref, call.where, link, "write", keys)


def _touch(
    evidence: Evidence, ref: Ref, where: Where, link: Link, doing: Doing, keys: tuple[str, ...]
) -> PrimitiveUse:
    chain = _chain(evidence, ref, where.scope, link)
    return PrimitiveUse(
        ref.span,
        ref.spelled,
        where,
        link.path,
        link.rest,
        doing,
        keys,
        _is_bound(evidence, ref),
        link.sure,
        chain,
    )


def _chain(evidence: Evidence, ref: Ref, scope: str, link: Link) -> tuple[Hop, ...]:
    shown = evidence.links.shown(ref, evidence.module, scope)
    if shown is not None and shown.chain:
        return shown.chain
    return (*chain_of(evidence, ref, scope), *link.chain)


def by_text(evidence: Evidence, text: Text, link: Link, doing: Doing = "read") -> PrimitiveUse:
    """What a string touches."""
    subject = text.subject
    spelled = subject.spelled or subject.targets[0] if subject is not None and subject.targets else ""
    root = Ref(text.span, spelled) if subject is not None and len(subject.targets) == 1 else None
    hops = chain_of(evidence, root, text.where.scope) if root is not None else ()
    link = primitives.of_origin(evidence, link)
    chain = (*hops, *link.chain)
    keys = asking.asked_of(evidence, text.holder.span, link)
    return PrimitiveUse(
        text.span, text.value, text.where, link.path, link.rest, doing, keys, False, link.sure, chain
    )


def chain_of(evidence: Evidence, ref: Ref, scope: str) -> tuple[Hop, ...]:
    """The binding of this file that gives a path its meaning in a scope, where that is another place."""
    bound = nearest(evidence.facts, ref, scope)
    return (hop_of(bound, evidence.module),) if bound is not None and bound.span != ref.span else ()


def _is_bound(evidence: Evidence, ref: Ref) -> bool:
    """Whether the first name of a path already is the primitive, or a part of it: its binding is judged."""
    if ref.spelled.startswith(("<", ".")):
        return False
    extra = ref.spelled.count(".")
    for target in ref.targets:
        if target.startswith("?"):
            # By a star import, which is judged.
            if evidence.links.resolve(target, evidence.module) is not None:
                return True
            continue
        parts = target.split(".")
        root = ".".join(parts[: len(parts) - extra]) if extra else target
        link = evidence.links.resolve(root, evidence.module) if root else None
        if link is not None and link.kind == "symbol":
            return True
    return False


_CHANGED = frozenset(["0", "in_dict", "dic", "target"])
"""Where a callable takes what it changes."""


def wanted(evidence: Evidence, touch: PrimitiveUse) -> bool:
    """Whether a touch has one of the keys that the contract names, if it names some."""
    patterns = gateway(evidence).keys
    return not patterns or any(fnmatchcase(one, pattern) for one in touch.keys for pattern in patterns)


def is_narrow(evidence: Evidence) -> bool:
    """Whether only some touches are forbidden: then imports and assignments say nothing yet."""
    return gateway(evidence).judges_uses


def bindings(evidence: Evidence) -> Iterator[tuple[Import | Binding, PrimitiveUse]]:
    """The imports and assignments that give a primitive, or something of it, a name in the file."""
    called = {call.callee.ref.spelled for call in evidence.facts.calls if call.callee.ref is not None}
    for one in evidence.facts.imports:
        path = evidence.absolute(one.target) if one.name != "*" else ""
        link = _taken_on(evidence, path, is_called=one.bound in called) if path else None
        if link is not None and not excused(evidence, one.where):
            yield (
                one,
                PrimitiveUse(
                    one.span,
                    one.target,
                    one.where,
                    link.path,
                    link.rest,
                    "read",
                    (),
                    False,
                    link.sure,
                    _by_import(evidence, one, link),
                ),
            )
    modules, holders = _imported(evidence), _holders(evidence)
    for binding in evidence.facts.bindings:
        value = binding.value
        if (
            value is None
            or binding.how in ("loop", "with", "default", "given", "decorated", "module")
            or value.form != "path"
        ):
            continue
        held = value.ref
        link = primitives.link_of(evidence, held) if held is not None else None
        link = primitives.handed_on(evidence, link, acts=False) if link is not None else None
        if held is None or link is None or excused(evidence, binding.where):
            continue
        if link.path in modules or _is_bound(evidence, holders.get(value.span, held)):
            # What gives the primitive that name is judged.
            continue
        yield binding, _touch(evidence, held, binding.where, link, "read", ())._replace(span=binding.span)


def _taken_on(evidence: Evidence, path: str, *, is_called: bool) -> Link | None:
    """The primitive that an import takes on from a path, by the contract's own path."""
    link = evidence.links.path(path)
    if link is None or link.kind != "symbol":
        return None
    link = primitives.handed_on(evidence, link, acts=is_called)
    return primitives.of_origin(evidence, link) if link is not None else None


def _by_import(evidence: Evidence, one: Import, link: Link) -> tuple[Hop, ...]:
    return link.chain or (hop_of(one, evidence.module),)


def stars(evidence: Evidence) -> Iterator[PrimitiveUse]:
    """Star imports that bring a primitive which the file uses."""
    used = {
        target[1:].partition(".")[0]: use
        for use in evidence.facts.uses
        for target in use.ref.targets
        if target.startswith("?") and use.doing != "type"
    }
    for star in evidence.facts.imports:
        source = evidence.absolute(star.module) if star.name == "*" else ""
        for name in sorted(used) if source else ():
            link = _taken_on(evidence, f"{source}.{name}", is_called=used[name].doing == "call")
            if link is not None and not excused(evidence, star.where):
                yield PrimitiveUse(
                    star.span,
                    f"{source}.*",
                    star.where,
                    link.path,
                    link.rest,
                    "read",
                    (),
                    False,
                    link.sure,
                    _by_import(evidence, star, link),
                )
                break


def _holders(evidence: Evidence) -> dict[Span, Ref]:
    """By the place of a call as ``getattr(a.b, "N")`` the path in it whose attribute is got."""
    return {
        call.span: call.arguments[0].value.ref
        for call in evidence.facts.calls
        if len(call.arguments) > 1 and call.arguments[1].text and call.arguments[0].value.ref is not None
    }


def is_of_primitive(evidence: Evidence, text: Text) -> bool:
    """Whether a string names an attribute of what is a primitive itself: that is judged."""
    holder = _holders(evidence).get(text.holder.span)
    return holder is not None and not is_narrow(evidence) and primitives.link_of(evidence, holder) is not None


def values(evidence: Evidence) -> frozenset[Span]:
    """The places of values that an assignment gives a name, and of the paths in them."""
    holders = _holders(evidence)
    spans = [one.value.span for one, _ in bindings(evidence) if isinstance(one, Binding) and one.value]
    return frozenset([*spans, *(holders[span].span for span in spans if span in holders)])


def imported(evidence: Evidence, text: Text) -> str:
    """The module that a string names to a callable which imports it; nothing for other strings."""
    if text.slot not in ("0", "name") or not ends(text.holder.spelled, _IMPORTERS):
        return ""
    if text.subject is not None or text.value.startswith("."):
        return texts.path(evidence, text) or ""
    return text.value


_IMPORTERS = frozenset(["import_module", "__import__"])


def handed(evidence: Evidence) -> set[Span]:
    """The places of paths that are arguments: what takes them may call them."""
    return {
        one.value.ref.span
        for call in evidence.facts.calls
        for one in call.arguments
        if one.value.form == "path" and one.value.ref is not None
    }
