"""Paths go in; facts come out, from the store, this process, other processes, or a Dask cluster.

This package alone starts processes and talks to a cluster.
"""

__all__ = ["gather"]
