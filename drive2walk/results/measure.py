"""Running a measure: its commands, one after another, and the figures that they leave."""

from __future__ import annotations

import dataclasses
import datetime
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from drive2walk.experiment.errors import ConfigError, TrainingError
from drive2walk.experiment.ledger import Attempt, Figure
from drive2walk.experiment.provenance import current_commit, processor
from drive2walk.results.seeds import DeclaredSeeds

NO_SEEDS = "none"


@dataclasses.dataclass(frozen=True)
class Measure:
    """How figures are measured.

    Attributes:
        title: Subject of the measurement, in a few words.
        commands: Command lines after ``drive2walk``. ``{out}`` is the measure's folder, ``{seed}``
            and ``{count}`` the first examination seed and their number, other braces are folders
            that the person who measures names.
        read: Reads the figures from that folder.
        depends: Folders and files of the checkout on which the figures depend.
        seeds: Kind of examination seeds, None where the commands draw none.
    """

    title: str
    commands: tuple[str, ...]
    read: Callable[[Path], dict[str, Figure]]
    depends: tuple[str, ...]
    seeds: str | None = None


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
    drawn = None if measure.seeds is None else seeds.draw(measure.seeds, attempt)
    values: dict[str, object] = {"out": out, **folders}
    shown: dict[str, object] = {"out": "OUT", **{name: name.upper() for name in folders}}
    if drawn is not None:
        values |= {"seed": drawn[0], "count": len(drawn)}
        shown |= {"seed": drawn[0], "count": len(drawn)}
    began = time.monotonic()
    for command in measure.commands:
        _run(shlex.split(_filled(command, values)))
    return Attempt(
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        commit=current_commit(),
        hardware=f"{processor()}, {os.cpu_count()} cores",
        minutes=round((time.monotonic() - began) / 60, 1),
        command=" && ".join(f"drive2walk {_filled(c, shown)}" for c in measure.commands),
        seeds=NO_SEEDS if drawn is None else f"{measure.seeds} {drawn[0]}-{drawn[-1]}",
        figures=measure.read(out),
    )


def _filled(command: str, values: Mapping[str, object]) -> str:
    try:
        return command.format(**values)
    except KeyError as error:
        name = str(error).strip("'")
        raise ConfigError(f"this measure needs a folder '{name}'. Give --{name} FOLDER.") from None


def _run(words: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "drive2walk", *words], check=False)
    if done.returncode:
        raise TrainingError(
            f"'drive2walk {shlex.join(words)}' ended with exit code {done.returncode}, so nothing "
            "was entered into the ledger. Mend what it says and measure again."
        )
