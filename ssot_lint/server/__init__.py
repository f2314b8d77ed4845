"""Editors, by the Language Server Protocol: what they type goes into ``engine.session``, what is found comes out.

It judges nothing, reads no project itself and writes nothing: edits are handed to the editor.
"""

__all__ = ["wire"]
