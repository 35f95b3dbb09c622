"""Errors that a user can correct: the command line prints one line and exits with code 2."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class Drive2WalkError(Exception):
    """Base class: an input can't be used, and the message says what to do instead."""


class ConfigError(Drive2WalkError):
    """A config file or a setting is wrong."""


class UsageError(Drive2WalkError):
    """A command or an option of the command line doesn't exist, or has a wrong value."""


class AssetError(Drive2WalkError):
    """A robot model or a mesh can't be found or read."""


class DataError(Drive2WalkError):
    """An image, a mask or a dataset can't be found or read."""


class WeightsError(Drive2WalkError):
    """A weight file can't be found, read or used for this network."""


class TrainingError(Drive2WalkError):
    """A training run can't continue."""


class ReleaseError(Drive2WalkError):
    """A run can't be released."""


class RenderError(Drive2WalkError):
    """This machine can't render."""


class WorkerError(Drive2WalkError):
    """A process that works for this one has ended."""


# Command that installs OpenGL for rendering without a screen on Debian.
OPENGL_PACKAGES = "apt-get install libegl1 libopengl0 libgl1-mesa-dri"


def unknown_name(kind: str, name: str, allowed: Iterable[str]) -> str:
    """Return the message for a name that isn't allowed.

    Args:
        kind: Kind of thing with that name, such as "scene".
        name: Unknown name.
        allowed: Allowed names; the message lists them and suggests the nearest one.
    """
    names = sorted(allowed)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return f"unknown {kind} '{name}'. Allowed: {', '.join(names)}.{hint}"
