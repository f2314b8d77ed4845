"""An expression of one file goes in; what its value may be comes out.

This package alone imports astroid, late, and shows it small modules made from links instead of the project's files.
"""

__all__ = ["ask"]
