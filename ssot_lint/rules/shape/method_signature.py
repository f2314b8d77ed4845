"""SOT703: a method does not have the signature that the contract declares for it."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.signatures import differences, signature_of
from ssot_lint.rules.evidence import Evidence, Flagged, Match, shapes
from ssot_lint.rules.evidence.trail import statement_hop


def check(evidence: Evidence) -> Iterator[Match]:
    declared = shapes.contract_of(evidence).methods
    for klass in shapes.classes(evidence) if declared else ():
        # Of several definitions of a name the last one holds.
        own = {one.name: one for one in klass.methods if one.name in declared}
        base = shapes.above(evidence, klass) if own else None
        if base is None:
            continue
        for name, method in own.items():
            if method.decorators or name in klass.names:
                continue
            wrong = list(differences(signature_of(declared[name]), method.signature))
            if not wrong:
                continue
            symbol, may = shapes.named(evidence, base), not base.sure
            said = f"`{klass.name}.{name}` {shapes.listed(wrong)}"
            whose = f"{symbol}, from which the class may derive," if may else symbol
            message = f"{said}: {whose} asks for `{_shown(name, declared[name])}`"
            where = klass.where._replace(scope=klass.qualname, kind="class")
            flagged = Flagged(method.span, name, where)
            chain = base.link.chain if base.link is not None else ()
            hops = (statement_hop(evidence, klass, "class"), *base.hops, *chain)
            yield shapes.match(evidence, flagged, message, hops, may, symbol)._replace(
                advice="give it the signature that `methods` declares"
            )


def _shown(name: str, signature: str) -> str:
    """A signature with the name in it."""
    head, paren, rest = signature.partition("(")
    return f"{' '.join(head.split())} {name}{paren}{' '.join(rest.split())}"
