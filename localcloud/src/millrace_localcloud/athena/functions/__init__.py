"""Trino's functions. One that is not declared in this package does not exist for a query.

``registry`` reads declarations, ``scalars`` and its neighbours declare by family, ``calls`` finds
what a call means.
"""
