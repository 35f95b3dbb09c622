"""Errors that a user can mend: one clear line, exit code 2, never a traceback."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class Drive2WalkError(Exception):
    """Something the user gave can't be used; the message says what to do instead."""


class ConfigError(Drive2WalkError):
    """A YAML file or a setting is wrong."""


class AssetError(Drive2WalkError):
    """A robot model or mesh can't be found or read."""


class DataError(Drive2WalkError):
    """An image, a mask or a dataset can't be found or read."""


class WeightsError(Drive2WalkError):
    """A weight file can't be found, read or used for this network."""


class TrainingError(Drive2WalkError):
    """A training run can't go on."""


class RenderError(Drive2WalkError):
    """This machine can't render."""


# What a Debian machine needs to render without a screen.
OPENGL_PACKAGES = "apt-get install libegl1 libopengl0 libgl1-mesa-dri"


def unknown_name(kind: str, name: str, allowed: Iterable[str]) -> str:
    """Return the message for a name that isn't one of ``allowed``, with the nearest one."""
    names = sorted(allowed)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return f"unknown {kind} '{name}'. Allowed: {', '.join(names)}.{hint}"
