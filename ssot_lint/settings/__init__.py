"""TOML files and a command line go in; checked settings come out, for the project and for each of its members.

Every mistake is told with its file, its line and the nearest right word. This package alone reads TOML.
"""

__all__ = ["loading", "workspace"]
