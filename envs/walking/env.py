"""Walking under commands and pushes: N robots, stepped by leg joint targets.

The environment knows no gait: whatever computes targets drives it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.sensors.height_scan import HeightScan
from drive2walk.envs.walking.arms.arm_load import ArmLoad
from drive2walk.envs.walking.arms.moved_arms import Arms
from drive2walk.envs.walking.body import WalkingBody, WalkingState, standing_qpos
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.delayed_motors import Motors
from drive2walk.envs.walking.physics import Physics
from drive2walk.envs.walking.randomization import Sensing, randomize_bodies
from drive2walk.envs.walking.simulation import Simulation
from drive2walk.robot.geometry.arrays import Array, Ids
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S

# A robot has fallen below this share of its standing height or beyond 41 degrees of tilt.
FALLEN_HEIGHT_SHARE = 0.66
FALLEN_COS_TILT = 0.755
# So many failed worlds are kept to look into.
MAX_FAILURES = 16


class WalkingEnv:
    """N robots walking at 50 Hz on the ground of their physics.

    Attributes:
        command: what each robot should do, (N, 4): vx, vy in m/s, wz in rad/s and the base's
            height above the ground in m.
        state: the robots now.
        arms: who moves the arms; None where they stay at home.
        failures: qpos, qvel and ctrl before and in the step that the physics gave up on, of the
            first worlds to which that happened.
    """

    def __init__(
        self,
        spec: RobotSpec,
        physics: Physics,
        config: WalkingConfig,
        num_envs: int,
        *,
        num_threads: int = 0,
        seed: int = 0,
    ) -> None:
        self.config = config
        self.num_envs = num_envs
        self.physics = physics
        self.simulation = Simulation(physics.model, num_envs, num_threads)
        self.command = np.zeros((num_envs, 4))
        self.failures: list[tuple[Array, Array, Array]] = []
        self._rng = np.random.default_rng(seed)
        self._body = WalkingBody(physics.model, spec)
        # The lowest height that may be commanded is itself no fall.
        lowest = spec.standing_height_m - np.ptp(config.height_m)
        self._min_height_m = FALLEN_HEIGHT_SHARE * lowest
        self._home_qpos = standing_qpos(physics.model, spec)
        self._elapsed = np.zeros(num_envs, dtype=np.int64)
        self._next_push = np.zeros(num_envs, dtype=np.int64)
        self._next_command = np.zeros(num_envs, dtype=np.int64)
        self._no_failure = np.zeros(num_envs, dtype=bool)
        self.simulation.ctrl[:] = self._body.home_ctrl
        self.arms: Arms | None = None
        self._sighted = np.arange(num_envs) < round(config.sighted_share * num_envs)
        self._differ(spec)
        self.state: WalkingState = self.reset(np.arange(num_envs))

    def reset(self, ids: Ids) -> WalkingState:
        """Begin new episodes for the robots ``ids`` and return the new state of all."""
        self._elapsed[ids] = 0
        self._next_push[ids] = self._draw_steps(self.config.push_interval_s, len(ids))
        self._new_commands(ids)
        return self.stand_up(ids)

    def stand_up(self, ids: Ids) -> WalkingState:
        """Put the robots ``ids`` back on their feet, in the same episode and command."""
        config, rng, body = self.config, self._rng, self._body
        shape = (len(ids), len(body.names))
        qpos = np.tile(self._home_qpos, (len(ids), 1))
        spread = config.joint_noise_rad
        qpos[:, body.qpos] += rng.uniform(-spread, spread, shape)
        qpos[:, :3] += self.physics.terrain.starts(len(ids), rng)
        qvel = np.zeros((len(ids), self.physics.model.nv))
        spread = config.velocity_noise
        qvel[:, :6] = rng.uniform(-spread, spread, (len(ids), 6))
        qvel[:, body.qvel] = rng.uniform(-spread, spread, shape)
        self.simulation.reset(ids, qpos, qvel)
        if self.arms is not None:
            self.arms.rest(ids)
        self.state = self._body.read(self.simulation, self._no_failure)
        return self.state

    def hold_commands(self, command: Array) -> None:
        """Give every robot its command for good: none is drawn again.

        Args:
            command: (N, 4), or (N, 3) at the usual height.
        """
        self.command[:, 3] = self.config.height_m[1]
        self.command[:, : command.shape[1]] = command
        self._next_command[:] = np.iinfo(np.int64).max

    def stagger(self) -> None:
        """Spread the robots over the length of an episode, so that they don't end as one."""
        length = round(self.config.episode_s / CONTROL_DT_S)
        start = self._rng.integers(0, length, self.num_envs)
        self._elapsed += start
        self._next_push += start
        self._next_command += start

    def step(self, targets: Array) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Drive the legs towards joint angles (N, num_leg_joints) rad for one control step.

        Returns:
            ``terminated`` (fallen) and ``truncated`` (out of time, or of ground), (N,) each. The
            caller resets those robots.
        """
        self._push(np.flatnonzero(self._elapsed >= self._next_push))
        if self.arms is not None:
            self.arms.step()
        simulation = self.simulation
        before = simulation.qpos.copy(), simulation.qvel.copy()
        failed_ids = self._motors.drive(simulation, targets, self.physics.decimation)
        self._elapsed += 1
        failed = self._no_failure
        if len(failed_ids):
            failed = failed.copy()
            failed[failed_ids] = True
            for i in failed_ids[: MAX_FAILURES - len(self.failures)]:
                self.failures.append((before[0][i], before[1][i], simulation.ctrl[i].copy()))
        self.state = self._body.read(self.simulation, failed)
        self._new_commands(np.flatnonzero(self._elapsed >= self._next_command))
        terminated = self._fallen()
        truncated = self._elapsed >= round(self.config.episode_s / CONTROL_DT_S)
        truncated |= self.physics.terrain.at_rim(self.state.base_position[:, :2])
        return terminated, truncated & ~terminated

    def sense(self) -> Proprioception:
        """Return what the robots' own sensors say of ``state``."""
        return self._sensing.read(self.state)

    def scan(self) -> HeightScan | None:
        """Return the ground as the robots see it from where they are, None if nobody does."""
        return self._scan(self._sighted) if self._sighted.any() else None

    def true_ground(self) -> HeightScan:
        """Return the ground as it is; privileged."""
        return self._scan(np.ones(self.num_envs, dtype=bool))

    def arms_shift(self) -> Array | None:
        """Return how far arms that move shift the centre of mass, as the robots know, (N, 2) m."""
        if self.arms is None:
            return None
        return self.arms.mass_shift(self.state.projected_gravity)

    def _scan(self, sighted: NDArray[np.bool_]) -> HeightScan:
        state = self.state
        terrain = self.physics.terrain
        return HeightScan(terrain, state.base_position, state.base_yaw_rad, sighted)

    def _differ(self, spec: RobotSpec) -> None:
        """Make each robot another one than its model, for good."""
        config, rng = self.config, self._rng
        loads = []
        if config.arms is not None:
            self.arms = arms = ArmLoad(self.simulation, spec, config.arms, rng)
            loads = arms.loads
        randomize_bodies(self.simulation, spec, config.randomization, loads, rng)
        joints = len(self._body.names)
        self._sensing = Sensing(config.randomization, self.num_envs, joints, rng)
        latest = config.randomization.delay_steps
        self._motors = Motors(self._body.ctrl, rng.integers(0, latest + 1, self.num_envs))

    def recover(self) -> Ids:
        """Read the state after someone else stepped the physics, stand up and name the fallen."""
        self.state = self._body.read(self.simulation, self._no_failure)
        ids = np.flatnonzero(self._fallen())
        if len(ids):
            self.stand_up(ids)
        return ids

    def _fallen(self) -> NDArray[np.bool_]:
        state = self.state
        ground = self.physics.terrain.height(state.base_position[:, :2])
        low = state.base_position[:, 2] - ground < self._min_height_m
        tilted = state.projected_gravity[:, 2] > -FALLEN_COS_TILT
        return low | tilted | state.failed

    def _push(self, ids: Ids) -> None:
        if not len(ids):
            return
        angle = self._rng.uniform(-np.pi, np.pi, len(ids))
        kick = self.config.push_m_s * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        self.simulation.qvel[ids, :2] += kick
        wait = self._draw_steps(self.config.push_interval_s, len(ids))
        self._next_push[ids] = self._elapsed[ids] + wait

    def _new_commands(self, ids: Ids) -> None:
        if not len(ids) or self._next_command[ids[0]] == np.iinfo(np.int64).max:
            return
        config, rng = self.config, self._rng
        bounds = np.array([config.vx_m_s, config.vy_m_s, config.wz_rad_s, config.height_m])
        command = rng.uniform(bounds[:, 0], bounds[:, 1], (len(ids), 4))
        kind = rng.uniform(size=len(ids))
        still, turn = config.still_share, config.still_share + config.turn_share
        command[kind < turn, :2] = 0.0
        command[kind < still, 2] = 0.0
        command[(kind >= turn) & (kind < turn + config.straight_share), 1:3] = 0.0
        low, high = config.height_m
        command[rng.uniform(size=len(ids)) >= config.squat_share, 3] = high
        sunk = (high - command[:, 3:]) / max(high - low, 1e-9)
        command[:, :3] *= 1 - config.squat_slowing * sunk
        self.command[ids] = command
        wait = self._draw_steps(config.command_interval_s, len(ids))
        self._next_command[ids] = self._elapsed[ids] + wait

    def _draw_steps(self, interval_s: tuple[float, float], count: int) -> NDArray[np.int64]:
        low, high = (round(bound / CONTROL_DT_S) for bound in interval_s)
        return self._rng.integers(low, high + 1, count)
