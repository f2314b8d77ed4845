"""Small projects for several tests: a class, its factory, and files that use them."""

from __future__ import annotations

CONTRACT = """\
[tool.ssot-lint.contracts.hub]
canonical = "chat.hub.Hub"
factories = ["chat.hub.get_hub"]
instances = "shared"
"""

HUB = """\
class Hub:
    def join(self):
        pass


def get_hub():
    return Hub()
"""

BAD = """\
from chat.hub import Hub


def enter():
    Hub().join()
"""
"""A file with SOT201 in line 5, column 5."""

GOOD = """\
from chat.hub import get_hub


def enter():
    get_hub().join()
"""

KEYED_CONTRACT = """\
[contracts.hub]
canonical = "app.hub.Hub"
retired = ["OldHub"]
factories = ["app.hub.make_hub"]
isolated-by = ["user"]
"""

KEYED_HUB = """\
class Hub:
    def __init__(self, user):
        self.user = user


def make_hub(user=None):
    return Hub(user)
"""
"""The class and the factory of ``KEYED_CONTRACT``, in app/hub.py: they keep users apart."""
