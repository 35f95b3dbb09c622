"""Parsing: the options of a command are derived from its dataclass or its function by tyro.

Settings come from three layers: the defaults of a frozen dataclass, a YAML file over them, and the
command line over both. The YAML file is read before tyro parses, so that ``--help`` shows its
values as the defaults.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import io
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import tyro

from drive2walk.commands.command_line import CommandLine
from drive2walk.commands.options.defaults import default_instance
from drive2walk.experiment.errors import UsageError

# Sections of tyro's complaints that aren't repeated.
IRRELEVANT = ("For full helptext", "Argument helptext")


class RunnableCommand(Protocol):
    """A command as a frozen dataclass: its fields are the options."""

    def run(self, line: CommandLine) -> None:
        """Run the command; ``line`` holds the words that it was parsed from."""


def parse(target: Callable[..., Any], line: CommandLine) -> Callable[[], None]:
    """Return the call that a command line stands for.

    Args:
        target: Function, or frozen dataclass with ``run`` (see ``RunnableCommand``).
        line: Command line.

    Raises:
        UsageError: An option is unknown, missing, or has a value of the wrong type.
        ConfigError: A config or one of its values can't be used.
        SystemExit: The command line asked for help.
    """
    if dataclasses.is_dataclass(target):
        line = line.renamed(getattr(target, "aliases", {}))
        default = default_instance(target, line)
        command = _run_tyro(target, line, default=default)
        return functools.partial(command.run, line)

    @functools.wraps(target)
    def bind(*arguments: Any, **options: Any) -> Callable[[], None]:
        return functools.partial(target, *arguments, **options)

    return _run_tyro(bind, line)


def _run_tyro(target: Any, line: CommandLine, **options: Any) -> Any:
    complaint = io.StringIO()
    try:
        with contextlib.redirect_stderr(complaint):
            return tyro.cli(
                target,
                prog=line.program,
                args=line.words,
                config=(tyro.conf.AvoidSubcommands,),
                **options,
            )
    except SystemExit as end:
        if end.code:
            raise UsageError(_one_line(complaint.getvalue(), line.program)) from None
        raise


def _one_line(box: str, program: str) -> str:
    """Return tyro's box of complaints as one line, without its title and the help texts inside."""
    sections = [""]
    # tyro draws lines or spaces and hyphens, by the encoding of stdout.
    rows = [row[2:].rstrip("│╮╯ ") for row in box.splitlines()]
    for row in rows[1:]:
        if row and not row.strip("─- "):  # A rule between two sections.
            sections.append("")
        elif not row.startswith(" " * 8):  # Options stand at 4 columns, their help at 8.
            sections[-1] += f"{row} "
    kept = [" ".join(section.split()) for section in sections]
    kept = [text for text in kept if text and not text.startswith(IRRELEVANT)]
    return f"{'; '.join(kept)}. See: {program} --help"


def show_group(summaries: Mapping[str, str], program: str, about: str) -> None:
    """Show the help of a group of commands and exit.

    Args:
        summaries: Summary of each command by its name.
        program: Program and group, such as "drive2walk perception".
        about: Description of the group.

    Raises:
        SystemExit: Always, after the help.
    """

    def stand_in(summary: str) -> Callable[[], None]:
        def command() -> None: ...

        command.__doc__ = summary
        return command

    tyro.extras.subcommand_cli_from_dict(
        {name: stand_in(summary) for name, summary in summaries.items()},
        prog=program,
        description=about,
        args=["--help"],
    )
