"""Two states of a project go in; which findings are in both comes out, wherever the code may have moved."""

__all__ = ["difference"]
