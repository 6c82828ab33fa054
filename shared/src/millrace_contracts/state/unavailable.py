"""The error of a store that cannot be reached."""


class StateUnavailable(Exception):
    """The store cannot be reached or gave up; the same call may succeed later."""
