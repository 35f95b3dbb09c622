"""Commands of the legs: learning, judging, deploying."""

from __future__ import annotations

from collections.abc import Callable

from drive2walk.commands.locomotion.deploy import export, play
from drive2walk.commands.locomotion.judge import compare, evaluate
from drive2walk.commands.locomotion.learn import train, tune_gait

COMMANDS: dict[str, Callable[..., None]] = {
    "train": train,
    "evaluate": evaluate,
    "compare": compare,
    "tune-gait": tune_gait,
    "play": play,
    "export": export,
}
