"""Images as they are on AWS: functions and jobs run in containers of a Docker engine.

Chosen by ``serve --containers <network>``; without it, a project's own environment stands for its
image (``millrace_localcloud.environments``).
"""

from millrace_localcloud.containers.engine import Engine, EngineUnavailable, ImageMissing
from millrace_localcloud.containers.starter import Mount, Starter

__all__ = ["Engine", "EngineUnavailable", "ImageMissing", "Mount", "Starter"]
