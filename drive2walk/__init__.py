"""The command line, the demo and the agent that joins eyes, legs and arms."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("drive2walk")
except PackageNotFoundError:  # A checkout that isn't installed.
    __version__ = "unknown"
