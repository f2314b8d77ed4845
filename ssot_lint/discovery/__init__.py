"""A project without settings goes in; a proposed contract comes out, with the places that speak for it."""

__all__ = ["discover"]
