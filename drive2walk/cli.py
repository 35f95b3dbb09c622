"""The command line: one table of command groups, one line for every mistake."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

import tyro

from drive2walk.experiment.errors import OPENGL_PACKAGES, Drive2WalkError, RenderError, unknown_name
from drive2walk.experiment.extras import missing_package

# Group -> what it is for; the commands of a group are COMMANDS in drive2walk.commands.<group>.
GROUPS = {
    "perception": "The eyes: look, learn, inspect data, exchange networks, study the transfer.",
    "locomotion": "The legs: train, judge, compare, export, play.",
    "teleop": "The arms: record demonstrations, check, replay and merge them.",
    "envs": "The world: render labelled frames of scenes.",
    "bench": "How fast things are on this machine.",
}
# What MUJOCO_GL may be; unset, MuJoCo or the camera chooses.
RENDERERS = {"", "cgl", "egl", "glfw", "glx", "off", "osmesa", "wgl"}


def main() -> None:
    """Run the command that the arguments name; exit 2 with one line where they can't be used."""
    try:
        check_renderer(os.environ.get("MUJOCO_GL", ""))
        run(sys.argv[1:])
    except Drive2WalkError as error:
        print(f"drive2walk: {error}", file=sys.stderr)
        sys.exit(2)
    except ModuleNotFoundError as error:
        advice = missing_package(error)
        if advice is None:
            raise
        print(f"drive2walk: {advice}", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        if error.filename is None:
            raise
        where = f"'{error.filename}': {error.strerror}"
        print(f"drive2walk: can't use {where}. Mend that or give another.", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("drive2walk: stopped.", file=sys.stderr)
        sys.exit(130)


def check_renderer(name: str) -> None:
    """Check ``MUJOCO_GL`` before MuJoCo does, which fails on import.

    Raises:
        RenderError: there is no such renderer, or it does not work here.
    """
    if name.lower() not in RENDERERS:
        raise RenderError(f"MUJOCO_GL: {unknown_name('renderer', name, sorted(RENDERERS)[1:])}")
    if not name:
        return
    try:
        importlib.import_module("mujoco")
    except Exception as error:  # whatever the OpenGL bindings meet on their way
        if isinstance(error, ModuleNotFoundError) and error.name == "mujoco":
            return  # the eyes alone need no simulator
        reason = " ".join(str(error).split())
        raise RenderError(
            f"MUJOCO_GL={name} doesn't work on this machine ({reason}). "
            f"Install OpenGL: {OPENGL_PACKAGES}; then set MUJOCO_GL=egl."
        ) from error


def run(arguments: list[str]) -> None:
    """Run one command line, without the program's name."""
    group, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if group in GROUPS:
        commands = importlib.import_module(f"drive2walk.commands.{group}").COMMANDS
        tyro.extras.subcommand_cli_from_dict(commands, prog=f"drive2walk {group}", args=rest)
        return
    from drive2walk.commands.demo import demo, preview
    from drive2walk.commands.doctor import doctor

    top: dict[str, Callable[..., Any]] = {"demo": demo, "preview": preview, "doctor": doctor}
    top |= {name: _describe(purpose) for name, purpose in GROUPS.items()}
    tyro.extras.subcommand_cli_from_dict(
        top,
        prog="drive2walk",
        description="A humanoid that inherits its eyes from a car.",
        args=arguments,
    )


def _describe(purpose: str) -> Callable[[], None]:
    def group() -> None: ...

    group.__doc__ = purpose
    return group


if __name__ == "__main__":
    main()
