"""Trials of an arm policy: one unseen world for each seed, in parallel processes."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator
from contextlib import closing

from drive2walk.envs.tasks.registry import TASKS, build_task
from drive2walk.experiment.config import check_seed
from drive2walk.experiment.errors import ConfigError, WeightsError, unknown_name
from drive2walk.experiment.ordered_workers import run_in_order
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.geometry.arrays import Image
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.devices.device import Device
from drive2walk.teleop.devices.robot_observation import observe_world
from drive2walk.teleop.imitation.evaluation.faults import (
    FAULTS,
    FaultName,
    FaultTimes,
    HeldDevice,
    change_light,
    freeze_camera,
    push_base,
)
from drive2walk.teleop.imitation.policy import ArmDescription, ArmPolicy
from drive2walk.teleop.imitation.policy_device import PolicyDevice
from drive2walk.teleop.imitation.policy_files import PolicyFiles
from drive2walk.teleop.recording.session import Session

# A finished task must stay finished for so long.
SETTLE_S = 0.5


@dataclasses.dataclass(frozen=True)
class PolicyTrialConfig:
    """Which trials of a policy to run.

    Attributes:
        task: Name of the task.
        episodes: Number of worlds.
        first_seed: Seed of the first world.
        workers: Number of processes.
        fault: Fault that befalls every episode: "none"; "hold" holds an action for 0.5 s;
            "freeze" freezes the camera's image for 0.5 s; "push" pushes the robot with 0.5 m/s;
            "light" changes the brightness of all lights.
        time_limit_s: Simulated time after which an episode has failed, in seconds.
    """

    task: str = "tote"
    episodes: int = 100
    first_seed: int = 0
    workers: int = 1
    fault: FaultName = "none"
    time_limit_s: float = 90.0

    def __post_init__(self) -> None:
        """Check the names and numbers.

        Raises:
            ConfigError: There is no such task or fault, or a number is out of range.
        """
        if self.task not in TASKS:
            raise ConfigError(unknown_name("task", self.task, TASKS))
        if self.fault not in FAULTS:
            raise ConfigError(unknown_name("fault", self.fault, FAULTS))
        check_seed(self.first_seed, "first-seed")
        if self.episodes < 1 or self.workers < 1 or self.time_limit_s <= 0:
            raise ConfigError(
                f"got {self.episodes} episodes, {self.workers} workers and a limit of "
                f"{self.time_limit_s} s; give 1 or more of each."
            )

    @property
    def seeds(self) -> range:
        """Seeds of the worlds."""
        return range(self.first_seed, self.first_seed + self.episodes)


@dataclasses.dataclass(frozen=True)
class PolicyTrial:
    """The outcome in one world.

    Attributes:
        seed: Seed of the world.
        success: Whether the policy finished the task within the time limit.
        fell: Whether the robot fell.
        time_s: Simulated time, in seconds.
        stages: Stages of the task that were behind at the end, as the simulator knows.
        progress: Part of the task that the policy believed to be done at the end.
        uncertainty: Disagreement of the policy's heads at each decision, in metres.
    """

    seed: int
    success: bool
    fell: bool
    time_s: float
    stages: dict[str, bool]
    progress: float
    uncertainty: tuple[float, ...] = ()


class PolicyEpisode:
    """A policy at work in one world.

    Args:
        config: Task, fault and time limit.
        seed: Seed of the world.
        policy: The policy.
        controller: Controller of the legs.

    Attributes:
        world: The world.
        device: The policy as a device.
    """

    def __init__(
        self, config: PolicyTrialConfig, seed: int, policy: ArmPolicy, controller: WalkingController
    ) -> None:
        self._config, self._seed = config, seed
        robot = policy.description.robot
        self.world = build_task({"task": config.task, "seed": seed, "robot": robot})
        self._times = FaultTimes(seed)
        if config.fault == "light":
            change_light(self.world, seed)
        self._view, self._observe = observe_world(self.world)
        observe = self._observe
        if config.fault == "freeze":
            observe = freeze_camera(observe, self._times)
        self.device = PolicyDevice(policy, observe)
        device: Device = self.device
        if config.fault == "hold":
            device = HeldDevice(device, self._times)
        self._session = Session(self.world, controller, device, clock=lambda: self.world.time_s)
        self._settled_s = 0.0
        self._stages: dict[str, bool] = {}

    def step(self) -> bool:
        """Move by one control step; return whether the episode goes on."""
        world = self.world
        self._session.step()
        if self._config.fault == "push" and self._times.begins(world.time_s):
            push_base(world, self._seed)
        self._settled_s = self._settled_s + CONTROL_DT_S if world.success() else 0.0
        self._stages = world.stages()
        over = world.fallen or self._settled_s >= SETTLE_S
        return not over and world.time_s < self._config.time_limit_s

    def result(self) -> PolicyTrial:
        """Return the outcome so far."""
        chunk = self.device.chunk
        return PolicyTrial(
            self._seed,
            self._settled_s >= SETTLE_S and not self.world.fallen,
            self.world.fallen,
            round(self.world.time_s, 2),
            self._stages,
            0.0 if chunk is None else round(chunk.progress, 3),
            tuple(round(u, 5) for u in self.device.uncertainty),
        )

    def head_image(self) -> Image:
        """Return the newest image of the head camera, (height, width, 3) uint8."""
        return self._observe().image

    def close(self) -> None:
        """Free the renderer."""
        self._view.close()


def run_policy_trial(
    config: PolicyTrialConfig, seed: int, policy: ArmPolicy, controller: WalkingController
) -> PolicyTrial:
    """Let the policy work in the world of one seed."""
    episode = PolicyEpisode(config, seed, policy, controller)
    try:
        while episode.step():
            pass
        return episode.result()
    finally:
        episode.close()


def run_policy_trials(
    config: PolicyTrialConfig, files: PolicyFiles, controller: WalkingController
) -> Iterator[PolicyTrial]:
    """Yield the trials of all seeds in their order.

    Args:
        config: Task, seeds, fault and number of processes.
        files: Files of the policy.
        controller: Controller of the legs; each process gets a copy.

    Raises:
        WeightsError: The policy can't be used, or never learned the task.
    """
    require_task(files.description, config.task, str(files.policy))
    trials = run_in_order(_Worker(config, files, controller), config.seeds, config.workers)
    with closing(trials):
        yield from trials


def require_task(description: ArmDescription, task: str, policy: str) -> None:
    """Check that a policy learned a task; ``policy`` names it in the message.

    Raises:
        WeightsError: It never learned the task.
    """
    if task not in description.tasks:
        raise WeightsError(
            f"'{policy}' never learned the task '{task}', only {', '.join(description.tasks)}."
        )


@dataclasses.dataclass(frozen=True)
class _Worker:
    """Runs trials in a process, which reads the policy once."""

    config: PolicyTrialConfig
    files: PolicyFiles
    controller: WalkingController

    @functools.cached_property
    def _policy(self) -> ArmPolicy:
        import torch

        torch.set_num_threads(1)
        return self.files.load()

    def __call__(self, seed: int) -> PolicyTrial:
        return run_policy_trial(self.config, seed, self._policy, self.controller)
