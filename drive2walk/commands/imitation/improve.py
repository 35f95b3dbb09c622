"""``drive2walk imitation improve``."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

from drive2walk.commands.command_line import CommandLine
from drive2walk.commands.options.defaults import FLAT, YamlDefaults
from drive2walk.teleop.imitation.improvement.config import ImprovementConfig
from drive2walk.teleop.imitation.training.config import CONFIGS, ArmTraining


@dataclasses.dataclass(frozen=True, kw_only=True)
class Improve:
    """Improve an arm policy by corrections of the scripted operator.

    Writes the best policy and metrics.json; a round that is worse is rolled back and kept on
    record.

    Attributes:
        policy: Released name of an arm policy, folder of a run, or a .safetensors file.
        dataset: Folders of the demonstrations that it learned from.
        settings: Task, rounds, seeds, and when the script takes over.
        training: Settings of the training in each round; the network has the policy's shape.
        out: Folder of the improvement.
        config: Name of a config in teleop/imitation/configs, or a YAML file, for the training.
    """

    policy: str
    dataset: tuple[Path, ...]
    settings: Annotated[ImprovementConfig, FLAT] = dataclasses.field(
        default_factory=ImprovementConfig
    )
    training: Annotated[ArmTraining, YamlDefaults(CONFIGS)]
    out: Path
    config: str = "arms"

    def run(self, line: CommandLine) -> None:
        """Improve and write the best policy."""
        from drive2walk.checkpoints.released import load_controller
        from drive2walk.commands.imitation.named_policy import find_arm_policy
        from drive2walk.teleop.imitation.improvement.improve import (
            ImprovementFolder,
            Improver,
            improve,
        )

        files = find_arm_policy(self.policy)
        described = files.description
        training = dataclasses.replace(
            self.training, network=described.network, reference=described.reference
        )
        improver = Improver(
            self.settings,
            training,
            files.trunk,
            load_controller(described.robot),
            ImprovementFolder(self.out),
            lambda text: print(text, flush=True),
        )
        improve(improver, files.policy, self.dataset)
        print(self.out / "metrics.json")
