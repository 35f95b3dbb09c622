"""The arm policy of ``drive2walk teleop record --device policy``."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path
from typing import TYPE_CHECKING

from drive2walk.experiment.errors import WeightsError
from drive2walk.teleop.recording.record_config import RecordConfig

if TYPE_CHECKING:
    from drive2walk.robot.spec import RobotSpec
    from drive2walk.teleop.devices.robot_observation import Observe
    from drive2walk.teleop.imitation.policy import ArmPolicy
    from drive2walk.teleop.imitation.policy_device import PolicyDevice


@dataclasses.dataclass(frozen=True)
class PolicyMaker:
    """Builds the device of a policy; each process reads the files once.

    Attributes:
        policy: File of the policy.
        trunk: File of the perception weights that it sees through; None for a trunk of its own.
    """

    policy: Path
    trunk: Path | None

    def __call__(self, observe: Observe, spec: RobotSpec) -> PolicyDevice:
        """Return the policy as a device.

        Args:
            observe: Returns what the robot senses now.
            spec: Robot that it steers.

        Raises:
            WeightsError: A file can't be used.
        """
        from drive2walk.teleop.imitation.policy_device import PolicyDevice

        return PolicyDevice(_load_policy(self.policy, self.trunk), observe)


def find_policy(name: str, config: RecordConfig) -> PolicyMaker:
    """Return the policy of a name, which has learned the task on this robot.

    Args:
        name: Released name, folder of a training run, or path of a .safetensors file.
        config: Task and robot.

    Raises:
        WeightsError: There is no such policy, or it is for another task or robot.
    """
    from drive2walk.commands.imitation.arms_files import arms_files
    from drive2walk.teleop.imitation.policy import read_description

    policy, trunk = arms_files(name)
    description = read_description(policy)
    if config.task not in description.tasks or config.robot != description.robot:
        raise WeightsError(
            f"'{policy}' is for {', '.join(description.tasks)} with the robot "
            f"{description.robot}, not for {config.task} with {config.robot}. "
            "Give another --task, --robot or --policy."
        )
    return PolicyMaker(policy, trunk)


@functools.cache
def _load_policy(policy: Path, trunk: Path | None) -> ArmPolicy:
    import torch

    from drive2walk.teleop.imitation.policy import ArmPolicy

    # The legs need the other cores, and one thread gives the same sums everywhere.
    torch.set_num_threads(1)
    return ArmPolicy.load(policy, trunk)
