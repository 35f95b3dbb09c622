"""A robot that is steered by keys."""

from __future__ import annotations

import mujoco
import numpy as np

from drive2walk.envs.terrain.terrain import Terrain
from drive2walk.envs.walking.body import proprioception_of
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.motors import SpeedLimitedMotors
from drive2walk.envs.walking.playground import build_playground
from drive2walk.locomotion.walking.arm_swing import ArmSwing
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.play.walk_keys import WalkKeys

PUSH_M_S = 0.8
# Longer than any walk: pushes come from the keyboard alone.
NEVER_S = 1e6


class Play:
    """One robot that follows the command of the keys and stands up after a fall.

    Args:
        controller: Walking controller.
        terrain: Ground.
        seed: Seed of the start and the pushes.
        sighted: Whether the robot gets a height scan of the ground around it.

    Attributes:
        model: MuJoCo model of the robot and the ground.
        data: State of the model, for a viewer or a camera.
        keys: Keys that steer the robot.
        falls: Number of falls so far.
    """

    def __init__(
        self, controller: WalkingController, terrain: Terrain, seed: int, sighted: bool = False
    ) -> None:
        self._controller = controller
        physics = build_playground(controller.spec, terrain)
        height_m = controller.gait.parameters.height_m
        bounds = controller.policy.command_range
        config = WalkingConfig(
            push_interval_s=(NEVER_S, NEVER_S),
            height_m=(float(bounds[3, 0]), height_m),
            sighted_fraction=float(sighted),
        )
        self._env = WalkingEnv(controller.spec, physics, config, 1, num_threads=1, seed=seed)
        SpeedLimitedMotors(self._env.simulation, controller.spec)
        self._rng = np.random.default_rng(seed)
        self._arm_swing = ArmSwing(controller.spec)
        self._legs = len(controller.spec.leg_joint_names)
        self.model, self.data = physics.model, mujoco.MjData(physics.model)
        self.keys = WalkKeys(height_m, bounds)
        self.falls = 0
        self._restart()

    def _restart(self) -> None:
        body = self._controller.measure(proprioception_of(self._env.state))
        self._state = self._controller.start(body, np.zeros(1, dtype=np.intp))
        self._update_data()

    def step(self) -> None:
        """Advance one control step."""
        env, state = self._env, self._env.state
        if self.keys.take_push():
            angle = self._rng.uniform(-np.pi, np.pi)
            env.simulation.qvel[0, :2] += PUSH_M_S * np.array([np.cos(angle), np.sin(angle)])
        self._state, targets = self._controller.step(
            self._state, proprioception_of(state), self.keys.command[None], env.scan()
        )
        env.simulation.ctrl[0, self._legs :] = self._arm_swing.targets(state.leg_qpos[0])
        terminated, _ = env.step(targets)
        if terminated[0]:
            self.falls += 1
            env.stand_up(np.zeros(1, dtype=np.intp))
            self._restart()
        self._update_data()

    def _update_data(self) -> None:
        self.data.qpos[:] = self._env.simulation.qpos[0]
        mujoco.mj_forward(self.model, self.data)
