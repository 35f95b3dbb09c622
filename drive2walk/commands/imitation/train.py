"""``drive2walk imitation train``."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

from drive2walk.checkpoints.released import weights_path
from drive2walk.commands.command_line import CommandLine
from drive2walk.commands.options.defaults import FLAT, YamlDefaults
from drive2walk.commands.perception.output import print_metrics
from drive2walk.teleop.imitation.training.config import CONFIGS, SCRATCH, ArmTraining


@dataclasses.dataclass(frozen=True, kw_only=True)
class Train:
    """Train an arm policy on demonstrations.

    Before it trains it checks itself: actions must survive their encoding, and the network must
    learn one batch. A stop at any time leaves a policy that can be used.

    Attributes:
        settings: Settings of the run.
        dataset: Folders of recorded demonstrations, of one robot.
        out: Folder for the policy, checkpoint, curve and resolved config.
        config: Name of a config in teleop/imitation/configs, or a YAML file.
        resume: Continue from the checkpoint in ``out``.
    """

    settings: Annotated[ArmTraining, FLAT, YamlDefaults(CONFIGS)]
    dataset: tuple[Path, ...]
    out: Path
    config: str = "arms"
    resume: bool = False

    def run(self, line: CommandLine) -> None:
        """Train and write the policy."""
        from drive2walk.teleop.imitation.training.run import train_arms

        trunk = self.settings.trunk
        file = None if trunk == SCRATCH else weights_path(trunk)
        train_arms(self.settings, self.dataset, file, self.out, self.resume)
        print_metrics(self.out)
