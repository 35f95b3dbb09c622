"""The words of a command line, and the command that repeats a run."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class CommandLine:
    """A command and the words after it.

    Attributes:
        program: Program, group and command, such as "drive2walk perception finetune".
        words: Options and their values, as given.
    """

    program: str
    words: tuple[str, ...] = ()

    def value(self, option: str) -> str | None:
        """Return the value of an option such as "--config", or None if it isn't given."""
        found = None
        for word, following in zip(self.words, (*self.words[1:], None), strict=True):
            name, equals, value = word.partition("=")
            if name == option:
                found = value if equals else following
        return found

    def sets_keys_of(self, prefix: str) -> bool:
        """Return whether an option begins with a prefix such as "walking.arms."."""
        spelling = f"--{prefix}".replace("_", "-")
        return any(word.replace("_", "-").startswith(spelling) for word in self.words)

    def renamed(self, aliases: Mapping[str, str]) -> CommandLine:
        """Return the command line with the options of ``aliases`` by their other names."""
        words = []
        for word in self.words:
            name, equals, value = word.partition("=")
            words.append(aliases.get(name, name) + equals + value)
        return CommandLine(self.program, tuple(words))

    def without(self, *options: str) -> CommandLine:
        """Return the command line without some options that have a value or are flags."""
        words, skip = [], False
        for word in self.words:
            if word.startswith("--"):
                skip = word.partition("=")[0] in options
            if not skip:
                words.append(word)
        return CommandLine(self.program, tuple(words))

    def public(self, folders: Mapping[str, str]) -> str:
        """Return the command for a card, without the folders of this machine.

        Args:
            folders: Word that stands for the value of each option that gives a folder, such as
                {"--out": "OUT"}. Other paths are shortened to their file name.
        """
        words, option = [], ""
        for word in self.words:
            name, equals, value = word.partition("=")
            if word.startswith("--"):
                option = name
                words.append(name)
                if not equals:
                    continue
            else:
                value = word
            words.append(folders.get(option) or (Path(value).name if "/" in value else value))
        return shlex.join([*self.program.split(), *words])
