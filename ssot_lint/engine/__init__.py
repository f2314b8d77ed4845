"""The way in for every front end: it orders the work from files to findings, and prints nothing."""

__all__ = ["run"]
