"""The defaults of a command's options: from its dataclass, and from a YAML file over it."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import tyro

from drive2walk.commands.command_line import CommandLine
from drive2walk.experiment.config import load_config

# The keys of a dataclass as options of the command itself, without the field's name before them.
FLAT = tyro.conf.arg(name="")


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


def default_instance(command: type, line: CommandLine) -> Any:
    """Return a command with the defaults of its fields; required fields are tyro.MISSING.

    Args:
        command: Frozen dataclass of the command.
        line: Command line.

    Raises:
        ConfigError: A config can't be used.
    """
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
