"""Corrections: episodes in which a policy acts until a script takes over and finishes the task."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from drive2walk.envs.tasks.registry import build_task
from drive2walk.envs.tasks.task import TaskWorld
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.teleop.devices.policy_operator import PolicyOperator
from drive2walk.teleop.devices.scripted import ScriptedOperator
from drive2walk.teleop.devices.takeover import TakeoverDevice
from drive2walk.teleop.imitation.improvement.config import ImprovementConfig
from drive2walk.teleop.imitation.improvement.supervisor import Supervisor
from drive2walk.teleop.imitation.policy import ArmPolicy
from drive2walk.teleop.imitation.policy_device import PolicyDevice
from drive2walk.teleop.operator.operator_input import OperatorInput
from drive2walk.teleop.recording.frame import make_setup
from drive2walk.teleop.recording.recorder import Recorder
from drive2walk.teleop.recording.session import Session

# Simulated time after which a correction is given up, in seconds.
TIME_LIMIT_S = 180.0


@dataclasses.dataclass(frozen=True)
class Correction:
    """The outcome of one episode.

    Attributes:
        seed: Seed of the world.
        reason: Reason for the takeover: "unsure" or "stuck"; None where the policy did it alone
            or fell first.
        taken_over_s: Simulated time of the takeover, in seconds; None without one.
        saved: Whether the correction was recorded: the script finished the task.
        fell: Whether the robot fell.
    """

    seed: int
    reason: str | None
    taken_over_s: float | None
    saved: bool
    fell: bool


class SupervisedDevice:
    """A policy under supervision; a script takes over when the supervisor says so.

    An episode that the policy finished alone is discarded, because it has nothing to correct.

    Args:
        world: The task.
        policy: The policy.
        supervisor: The supervisor.

    Attributes:
        taken_over_s: Simulated time of the takeover, in seconds; None before it.
    """

    def __init__(self, world: TaskWorld, policy: ArmPolicy, supervisor: Supervisor) -> None:
        self._world, self._supervisor = world, supervisor
        self._devices: list[PolicyDevice] = []

        def make_policy(observe: object, spec: object) -> PolicyDevice:
            self._devices.append(PolicyDevice(policy, observe))  # type: ignore[arg-type]
            return self._devices[0]

        operator = PolicyOperator(world, make_policy)
        self._takeover = TakeoverDevice(operator, None, self.clock)
        self.taken_over_s: float | None = None

    def clock(self) -> float:
        """Return the simulated time in seconds."""
        return self._world.time_s

    def read(self) -> OperatorInput | None:
        """Return the input of the policy, or of the script once it has taken over."""
        if self.taken_over_s is None and self._supervisor.should_take_over(
            self.clock(), self._world.stages(), self._devices[0].uncertainty
        ):
            self.taken_over_s = self.clock()
            self._takeover.take_over(ScriptedOperator(self._world))
        given = self._takeover.read()
        if given is None or self.taken_over_s is not None or "save" not in given.events:
            return given
        return dataclasses.replace(given, events=("discard",))

    def close(self) -> None:
        """Close the policy."""
        self._takeover.close()


def record_corrections(
    config: ImprovementConfig,
    seeds: range,
    policy: ArmPolicy,
    controller: WalkingController,
    dataset: Path,
) -> list[Correction]:
    """Record corrections of a policy in the worlds of some seeds; return their outcomes.

    Args:
        config: Task, and when to take over.
        seeds: Seeds of the worlds.
        policy: Policy to correct.
        controller: Controller of the legs.
        dataset: Folder of the dataset, which is made or added to.

    Raises:
        DataError: The dataset can't be written.
        RenderError: This machine can't render.
    """
    scene = {"task": config.task, "robot": policy.description.robot}
    setup = make_setup(build_task({**scene, "seed": seeds.start}))
    with Recorder(dataset, setup) as recorder:
        return [
            _correct(build_task({**scene, "seed": seed}), config, policy, controller, recorder)
            for seed in seeds
        ]


def _correct(
    world: TaskWorld,
    config: ImprovementConfig,
    policy: ArmPolicy,
    controller: WalkingController,
    recorder: Recorder,
) -> Correction:
    supervisor = Supervisor(config.uncertainty_m, config.patience_s)
    device = SupervisedDevice(world, policy, supervisor)
    session = Session(world, controller, device, recorder, clock=device.clock)
    try:
        while not session.over and not world.fallen and world.time_s < TIME_LIMIT_S:
            session.step()
    finally:
        device.close()
        recorder.discard()
    seed = int(world.scene["seed"])
    saved = session.saved is not None
    return Correction(seed, supervisor.reason, device.taken_over_s, saved, world.fallen)
