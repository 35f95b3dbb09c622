"""The command line: finds the command, runs it, and reports a user's mistake in one line."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

from drive2walk import __version__
from drive2walk.commands.command_line import CommandLine
from drive2walk.commands.options.parsing import parse, show_group
from drive2walk.commands.table import ALL, Command, Group
from drive2walk.experiment.errors import (
    OPENGL_PACKAGES,
    Drive2WalkError,
    RenderError,
    UsageError,
    unknown_name,
)
from drive2walk.experiment.extras import missing_package

GROUPS = {name: entry for name, entry in ALL.commands.items() if isinstance(entry, Group)}
# Allowed values of MUJOCO_GL; without a value, MuJoCo or the camera chooses.
RENDERERS = {"", "cgl", "egl", "glfw", "glx", "off", "osmesa", "wgl"}


def main() -> None:
    """Run the command of ``sys.argv``; exit with 2 and one line if an input can't be used."""
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
        print(f"drive2walk: can't use {where}. Correct it or give another.", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("drive2walk: stopped.", file=sys.stderr)
        sys.exit(130)


def check_renderer(name: str) -> None:
    """Check the value of ``MUJOCO_GL``, because MuJoCo fails on import with a wrong one.

    Raises:
        RenderError: The renderer doesn't exist or doesn't work on this machine.
    """
    if name.lower() not in RENDERERS:
        raise RenderError(f"MUJOCO_GL: {unknown_name('renderer', name, sorted(RENDERERS)[1:])}")
    if not name:
        return
    try:
        importlib.import_module("mujoco")
    except Exception as error:  # The OpenGL bindings raise errors of many types.
        if isinstance(error, ModuleNotFoundError) and error.name == "mujoco":
            return  # The eyes alone need no simulator.
        reason = " ".join(str(error).split())
        raise RenderError(
            f"MUJOCO_GL={name} doesn't work on this machine ({reason}). "
            f"Install OpenGL: {OPENGL_PACKAGES}; then set MUJOCO_GL=egl."
        ) from error


def run(words: Sequence[str]) -> None:
    """Run a command line, given without the program's name.

    Raises:
        UsageError: A command or an option doesn't exist.
        SystemExit: The command line asked for help, or the command ends with an exit code.
    """
    if list(words) == ["--version"]:
        print(f"drive2walk {__version__}")
        return
    entry: Command | Group = ALL
    program, rest = "drive2walk", list(words)
    while isinstance(entry, Group):
        if not rest:
            names = ", ".join(sorted(entry.commands))
            raise UsageError(f"give a command: {names}. See: {program} --help")
        name = rest.pop(0)
        if name in ("-h", "--help"):
            summaries = {key: command.summary for key, command in entry.commands.items()}
            show_group(summaries, program, entry.summary)
        if name not in entry.commands:
            raise UsageError(unknown_name("command", name, entry.commands))
        program, entry = f"{program} {name}", entry.commands[name]
    parse(entry.load(), CommandLine(program, tuple(rest)))()


if __name__ == "__main__":
    main()
