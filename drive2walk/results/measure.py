"""Running a measure: its commands, one after another, and the figures that they leave."""

from __future__ import annotations

import dataclasses
import datetime
import os
import shlex
import string
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from drive2walk.experiment.errors import ConfigError, TrainingError
from drive2walk.experiment.ledger import Attempt, Figure
from drive2walk.experiment.provenance import DIRTY, current_commit, processor
from drive2walk.results.seeds import DeclaredSeeds

NO_SEEDS = "none"
# Between the commands of an attempt.
AND = " && "
# Fields of a command that the measure itself fills in.
OWN_FIELDS = {"out", "seed", "count"}
# Paths, for git, that no figure depends on.
NOT_CODE = (":(top,exclude)results", ":(top,exclude)docs", ":(top,exclude)*.md")


@dataclasses.dataclass(frozen=True)
class Measure:
    """How figures are measured.

    Attributes:
        title: Subject of the measurement, in a few words.
        commands: Command lines of ``drive2walk`` or ``pytest``, which may begin with variables of
            the environment as in a shell. ``{out}`` is the measure's folder, ``{seed}`` and
            ``{count}`` the first examination seed and their number, other braces are folders that
            the person who measures names.
        read: Reads the figures from that folder.
        depends: Folders and files of the checkout on which the figures depend.
        seeds: Kind of examination seeds, None where the commands draw none.
        first: Number of seeds, from the first of a block on, that are used; None uses all.
    """

    title: str
    commands: tuple[str, ...]
    read: Callable[[Path], dict[str, Figure]]
    depends: tuple[str, ...]
    seeds: str | None = None
    first: int | None = None

    @property
    def folders(self) -> set[str]:
        """Names of the folders that the person who measures must give."""
        fields = {
            field
            for command in self.commands
            for _, field, _, _ in string.Formatter().parse(command)
            if field is not None
        }
        return fields - OWN_FIELDS


def run_measure(
    measure: Measure,
    out: Path,
    seeds: DeclaredSeeds,
    attempt: int,
    folders: Mapping[str, Path],
) -> Attempt:
    """Run a measure's commands and return what they found.

    Args:
        measure: The measure.
        out: Folder for the commands' output.
        seeds: The declared seeds.
        attempt: Number of attempts that were made before, each on a block of its own.
        folders: Folders for other braces in the commands, such as ``camvid``.

    Raises:
        ConfigError: A folder is missing, or the examination seeds are used up.
        TrainingError: A command failed.
    """
    for name in sorted(measure.folders - set(folders)):
        raise ConfigError(f"this measure needs a folder '{name}'. Give --{name} FOLDER.")
    drawn = None if measure.seeds is None else seeds.draw(measure.seeds, attempt)[: measure.first]
    values: dict[str, object] = {"out": out, **folders}
    shown: dict[str, object] = {"out": "OUT", **{name: name.upper() for name in folders}}
    if drawn is not None:
        values |= {"seed": drawn[0], "count": len(drawn)}
        shown |= {"seed": drawn[0], "count": len(drawn)}
    out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    for command in measure.commands:
        _run(shlex.split(command.format(**values)))
    return Attempt(
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        commit=code_commit(Path(__file__).parent),
        hardware=f"{processor()}, {os.cpu_count()} cores",
        minutes=round((time.monotonic() - began) / 60, 1),
        command=AND.join(command.format(**shown) for command in measure.commands),
        seeds=NO_SEEDS if drawn is None else f"{measure.seeds} {drawn[0]}-{drawn[-1]}",
        figures=measure.read(out),
    )


def code_commit(folder: Path) -> str:
    """Return the commit of the code; changed entries and documents don't make it dirty.

    Args:
        folder: A folder of the checkout.
    """
    command = ["git", "diff", "--quiet", "HEAD", "--", ":/", *NOT_CODE]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    commit = current_commit()
    return commit if done.returncode else commit.removesuffix(DIRTY)


def _run(words: list[str]) -> None:
    """Run a command line: variables of the environment, a program and its arguments."""
    program = next(i for i, word in enumerate(words) if "=" not in word)
    variables = dict(word.split("=", 1) for word in words[:program])
    command = [sys.executable, "-m", *words[program:]]
    done = subprocess.run(command, env=os.environ | variables, check=False)
    if done.returncode:
        raise TrainingError(
            f"'{shlex.join(words)}' ended with exit code {done.returncode}, so nothing was entered "
            "into the ledger. Mend what it says and measure again."
        )
