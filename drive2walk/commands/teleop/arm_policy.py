"""The arm policy of ``drive2walk teleop record --device policy``."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

from drive2walk.experiment.errors import WeightsError
from drive2walk.teleop.recording.record_config import RecordConfig

if TYPE_CHECKING:
    from drive2walk.robot.spec import RobotSpec
    from drive2walk.teleop.devices.robot_observation import Observe
    from drive2walk.teleop.imitation.policy import ArmPolicy
    from drive2walk.teleop.imitation.policy_device import PolicyDevice
    from drive2walk.teleop.imitation.policy_files import PolicyFiles


@dataclasses.dataclass(frozen=True)
class PolicyMaker:
    """Builds the device of a policy; each process reads the files once.

    Attributes:
        files: Files of the policy.
    """

    files: PolicyFiles

    def __call__(self, observe: Observe, spec: RobotSpec) -> PolicyDevice:
        """Return the policy as a device.

        Args:
            observe: Returns what the robot senses now.
            spec: Robot that it steers.

        Raises:
            WeightsError: A file can't be used.
        """
        from drive2walk.teleop.imitation.policy_device import PolicyDevice

        return PolicyDevice(_load_policy(self.files), observe)


def find_policy(name: str, config: RecordConfig) -> PolicyMaker:
    """Return the policy of a name, which has learned the task on this robot.

    Args:
        name: Released name, folder of a training run, or path of a .safetensors file.
        config: Task and robot.

    Raises:
        WeightsError: There is no such policy, or it is for another task or robot.
    """
    from drive2walk.commands.imitation.named_policy import find_arm_policy

    files = find_arm_policy(name)
    description = files.description
    if config.task not in description.tasks or config.robot != description.robot:
        raise WeightsError(
            f"'{files.policy}' is for {', '.join(description.tasks)} with the robot "
            f"{description.robot}, not for {config.task} with {config.robot}. "
            "Give another --task, --robot or --policy."
        )
    return PolicyMaker(files)


@functools.cache
def _load_policy(files: PolicyFiles) -> ArmPolicy:
    import torch

    # The legs need the other cores, and one thread gives the same sums everywhere.
    torch.set_num_threads(1)
    return files.load()
