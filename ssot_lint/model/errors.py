"""The exception for a helper that the user has named and that cannot be used: caught where little else is imported."""

from __future__ import annotations


class Unusable(Exception):
    """Somebody has to do something first. The text is one sentence, without a full stop."""
