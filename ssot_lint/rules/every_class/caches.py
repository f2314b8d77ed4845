"""SOT304 without a contract: a cached function without parameters hands one object to all callers."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.module import Module
from ssot_lint.model.facts import Where
from ssot_lint.model.sharing import Sharing
from ssot_lint.rules.every_class.survey import ADVICE, Shared, Survey, is_cached
from ssot_lint.rules.every_class.timing import is_of_none
from ssot_lint.rules.evidence import Match


def found(survey: Survey, module: Module, state: Sharing) -> Iterator[Shared]:
    for function in state.functions:
        if not is_cached(function) or function.keyed or not is_of_none(function):
            continue
        klass = survey.classes.made(function.makes, module)
        if klass is None or not survey.is_judged(klass):
            continue
        symbol = survey.classes.dotted(klass)
        where = Where(function.qualname.rpartition(".")[0])
        message = f"`{function.qualname}` is cached and hands one {symbol} to all callers"
        chain = survey.changed(klass)
        match = Match(function.span, message, function.qualname, where, chain, advice=ADVICE)
        yield Shared("SOT304", symbol, match)
