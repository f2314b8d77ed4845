"""A project without settings goes in; a proposed contract comes out, with the places in the code that speak for it."""

__all__ = ["discover"]
