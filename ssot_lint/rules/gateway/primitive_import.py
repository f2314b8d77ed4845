"""SOT501: an import or an assignment gives a primitive a name outside its home."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.facts import Import
from ssot_lint.rules.evidence import Evidence, Match, methods, touches


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.judged or touches.is_narrow(evidence):
        return
    counts: dict[str, int] = {}
    for use in evidence.facts.uses:
        root = use.ref.spelled.partition(".")[0]
        counts[root] = counts.get(root, 0) + 1
    for one, touch in touches.bindings(evidence):
        name = one.bound if isinstance(one, Import) else one.name
        what = (
            f"`{touch.whole}` is imported here"
            if isinstance(one, Import)
            else f"`{name}` becomes `{touch.whole}`"
        )
        uses = counts.get(name, 0) if isinstance(one, Import) else 0
        more = f", and used {uses} times" if uses > 1 else ", and used once" if uses else ""
        yield touches.match(evidence, touch, f"{what}{more}, outside its home")
    yield from _by_objects(evidence)
    yield from _by_calls(evidence)
    for touch in touches.stars(evidence):
        yield touches.match(evidence, touch, f"`{touch.spelled}` brings `{touch.whole}`, outside its home")


def _by_objects(evidence: Evidence) -> Iterator[Match]:
    """``write = path.write_text``, where ``path`` is an object of the class."""
    known = touches.values(evidence)
    for one in methods.taken(evidence):
        if one.use.bound and one.use.span not in known:
            verb = "becomes" if one.touch.sure else "may become"
            message = f"`{one.use.bound}` {verb} `{one.touch.whole}`, outside its home"
            yield touches.match(evidence, one.touch, message)


def _by_calls(evidence: Evidence) -> Iterator[Match]:
    """``import_module("jwt")``, where the module is the primitive."""
    for text in evidence.facts.texts:
        path = touches.imported(evidence, text)
        link = evidence.links.path(path) if path else None
        if link is not None and link.kind == "symbol" and not touches.excused(evidence, text.where):
            touch = touches.by_text(evidence, text, link)._replace(span=text.holder.span)
            yield touches.match(evidence, touch, f"`{touch.whole}` is imported here, outside its home")
