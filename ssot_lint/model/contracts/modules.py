"""Patterns of modules: a dotted path, ``pkg.*`` (what lies directly in pkg), ``pkg.**`` (pkg and all below). Pure."""

from __future__ import annotations


def covers(pattern: str, module: str) -> bool:
    """Whether a pattern covers a module. ``**`` alone covers all."""
    head, dot, last = pattern.rpartition(".")
    if last == "**":
        return not dot or module == head or module.startswith(f"{head}.")
    if last == "*":
        return module.rpartition(".")[0] == head if dot else "." not in module
    return module == pattern


def in_words(pattern: str) -> str:
    """A pattern as a sentence can have it: whose modules it covers."""
    head, dot, last = pattern.rpartition(".")
    if last == "**":
        return f"{head} or a module below it" if dot else "a module"
    if last == "*":
        return f"a module of {head}" if dot else "a module at the top"
    return pattern
