"""Errors of the forecast service.

* ForecastError
  + TerminalError: the same input cannot succeed
    - ForecastUndeclared: the dataset's spec declares no forecast
    - InputMissing: a channel of the container is empty
    - HistoryUnusable: the refined table cannot be made into series
      * KnownAheadMissing: a column that is known ahead ends before the horizon does
    - HolidaysUnknown: the declared place has no known public holidays
    - ModelRefused: the model is corrupt, or made for something else
"""


class ForecastError(Exception):
    """Base of every error this service raises on purpose."""


class TerminalError(ForecastError):
    """The same input cannot succeed."""


class ForecastUndeclared(TerminalError):
    """The dataset's spec declares no forecast."""


class InputMissing(TerminalError):
    """A channel of the container is empty."""


class HistoryUnusable(TerminalError):
    """The refined table cannot be made into series."""


class KnownAheadMissing(HistoryUnusable):
    """A column that is known ahead ends before the horizon does."""


class HolidaysUnknown(TerminalError):
    """The declared place has no known public holidays."""


class ModelRefused(TerminalError):
    """The model is corrupt, or made for something else."""
