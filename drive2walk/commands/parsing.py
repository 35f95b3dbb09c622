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
import types
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import tyro

from drive2walk.commands.command_line import CommandLine
from drive2walk.experiment.config import load_config
from drive2walk.experiment.errors import UsageError

# The keys of a dataclass as options of the command itself, without the field's name before them.
FLAT = tyro.conf.arg(name="")
# Sections of tyro's complaints that aren't repeated.
IRRELEVANT = ("For full helptext", "Argument helptext")


@dataclasses.dataclass(frozen=True)
class YamlDefaults:
    """Annotation of a command's settings whose defaults are read from a YAML file.

    Attributes:
        folder: Folder of the named configs.
        name: Name of a config; without it, the command's field ``config`` names the config.
    """

    folder: Path
    name: str | None = None

    def read(self, schema: type, line: CommandLine, others: Mapping[str, Any]) -> Any:
        """Return the settings in the config that the command line names."""
        source = self.name or line.value("--config") or others["config"]
        return load_config(schema, source, self.folder)


@dataclasses.dataclass(frozen=True)
class ChosenDefaults:
    """Annotation of a command's settings whose defaults depend on the command line.

    Attributes:
        choose: Function that returns the settings for a command line.
    """

    choose: Callable[[CommandLine], Any]

    def read(self, schema: type, line: CommandLine, others: Mapping[str, Any]) -> Any:
        """Return the settings for a command line."""
        return self.choose(line)


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
        default = _default_instance(target, line)
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


def _default_instance(command: type, line: CommandLine) -> Any:
    """Return a command with the defaults of its fields; required fields are tyro.MISSING."""
    values: dict[str, Any] = {}
    hints = typing.get_type_hints(command, include_extras=True)
    for field in dataclasses.fields(command):
        if field.default is not dataclasses.MISSING:
            values[field.name] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            values[field.name] = field.default_factory()
        else:
            values[field.name] = tyro.MISSING
    for name, hint in hints.items():
        notes = getattr(hint, "__metadata__", ())
        for note in notes:
            if isinstance(note, YamlDefaults | ChosenDefaults):
                settings = note.read(hint.__origin__, line, values)
                prefix = "" if FLAT in notes else f"{name}."
                values[name] = _fill_addressed(settings, line, prefix)
    return command(**values)


def _fill_addressed(settings: Any, line: CommandLine, prefix: str) -> Any:
    """Return settings with defaults in place of a None whose keys the command line sets.

    Optional parts of a config, such as moving arms, have no keys while they are None.
    """
    changed = {}
    hints = typing.get_type_hints(type(settings))
    for field in dataclasses.fields(settings):
        value, key = getattr(settings, field.name), f"{prefix}{field.name}."
        part = _optional_dataclass(hints[field.name])
        if value is None and part is not None and line.sets_keys_of(key):
            changed[field.name] = part()
        elif dataclasses.is_dataclass(value):
            changed[field.name] = _fill_addressed(value, line, key)
    return dataclasses.replace(settings, **changed) if changed else settings


def _optional_dataclass(hint: Any) -> type | None:
    """Return the dataclass of an optional hint, if all of its fields have defaults."""
    if typing.get_origin(hint) not in (typing.Union, types.UnionType):
        return None
    for part in typing.get_args(hint):
        if dataclasses.is_dataclass(part) and isinstance(part, type) and not _lacks_default(part):
            return part
    return None


def _lacks_default(schema: type) -> bool:
    return any(
        field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        for field in dataclasses.fields(schema)
    )


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
