"""N robots under commands and pushes, stepped by leg joint targets.

The simulation knows no gait: any controller that computes targets can drive it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.sensors.height_scan import HeightScan
from drive2walk.envs.walking.arms.arm_load import ArmLoad
from drive2walk.envs.walking.arms.arms import Arms
from drive2walk.envs.walking.body import WalkingBody, WalkingState, standing_qpos
from drive2walk.envs.walking.commands import Commands
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.motors import DelayedMotors
from drive2walk.envs.walking.noisy_sensors import NoisySensors
from drive2walk.envs.walking.physics import Physics
from drive2walk.envs.walking.randomization import randomize_bodies
from drive2walk.envs.walking.schedule import Schedule
from drive2walk.envs.walking.simulation import Simulation
from drive2walk.robot.geometry.arrays import Array, Bools, Ids
from drive2walk.robot.proprioception import Proprioception
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S

# A robot has fallen below this fraction of its standing height or beyond 41 degrees of tilt.
FALLEN_HEIGHT_FRACTION = 0.66
FALLEN_COS_TILT = 0.755
# Number of failed worlds that are kept for inspection.
MAX_FAILURES = 16


class WalkingEnv:
    """N robots that walk at 50 Hz on the ground of their physics.

    Args:
        spec: The robot.
        physics: The world of one robot.
        config: Commands, pushes and differences between the robots.
        num_envs: Number of robots.
        num_threads: Threads that step them; 0 is one for each core.
        seed: Seed of all random numbers.

    Attributes:
        command: Current commands, (N, 4): vx, vy in m/s, wz in rad/s and the base's height above
            the ground in m.
        state: Current state of the robots.
        arms: Moving arms; None where they stay at home.
        failures: qpos and qvel before and ctrl in the step that the physics failed in, for the
            first worlds that failed.
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
        self.failures: list[tuple[Array, Array, Array]] = []
        self._rng = np.random.default_rng(seed)
        self._body = WalkingBody(physics.model, spec)
        # A robot at the lowest commanded height has not fallen.
        lowest = spec.standing_height_m - np.ptp(config.height_m)
        self._min_height_m = FALLEN_HEIGHT_FRACTION * lowest
        self._home_qpos = standing_qpos(physics.model, spec)
        self._elapsed = np.zeros(num_envs, dtype=np.int64)
        self._pushes = Schedule(config.push_interval_s, num_envs, self._rng)
        self._commands = Commands(config, num_envs, self._rng)
        self.command = self._commands.values
        self._no_failure = np.zeros(num_envs, dtype=bool)
        self.simulation.ctrl[:] = self._body.home_ctrl
        self.arms: Arms | None = None
        self._sighted = np.arange(num_envs) < round(config.sighted_fraction * num_envs)
        self._randomize_robots(spec)
        self.state: WalkingState = self.reset(np.arange(num_envs))

    def reset(self, ids: Ids) -> WalkingState:
        """Begin new episodes for the robots ``ids`` and return the state of all robots."""
        self._elapsed[ids] = 0
        self._pushes.draw_next(ids, self._elapsed)
        self._commands.draw(ids, self._elapsed)
        return self.stand_up(ids)

    def stand_up(self, ids: Ids) -> WalkingState:
        """Put the robots ``ids`` on their feet; episode and command continue."""
        config, rng, body = self.config, self._rng, self._body
        shape = (len(ids), len(body.names))
        qpos = np.tile(self._home_qpos, (len(ids), 1))
        bound = config.joint_noise_rad
        qpos[:, body.qpos] += rng.uniform(-bound, bound, shape)
        qpos[:, :3] += self.physics.terrain.draw_starts(len(ids), rng)
        qvel = np.zeros((len(ids), self.physics.model.nv))
        bound = config.velocity_noise
        qvel[:, :6] = rng.uniform(-bound, bound, (len(ids), 6))
        qvel[:, body.qvel] = rng.uniform(-bound, bound, shape)
        self.simulation.reset(ids, qpos, qvel)
        if self.arms is not None:
            self.arms.reset(ids)
        self.state = self._body.read_state(self.simulation, self._no_failure)
        return self.state

    def hold_commands(self, command: Array) -> None:
        """Give every robot a command that stays: no other one is drawn.

        Args:
            command: Commands, (N, 4), or (N, 3) at the usual height.
        """
        self._commands.hold(command)

    def stagger(self) -> None:
        """Spread the robots over the length of an episode, so that they don't all end at once."""
        length = round(self.config.episode_s / CONTROL_DT_S)
        start = self._rng.integers(0, length, self.num_envs)
        self._elapsed += start
        self._pushes.next_step += start
        self._commands.schedule.next_step += start

    def step(self, targets: Array) -> tuple[Bools, Bools]:
        """Drive the legs towards joint angles for one control step.

        Args:
            targets: Leg joint targets, (N, num_leg_joints) rad.

        Returns:
            ``terminated`` (fallen) and ``truncated`` (end of the time or of the ground), (N,)
            each. The caller resets those robots.
        """
        self._apply_pushes(self._pushes.due(self._elapsed))
        if self.arms is not None:
            self.arms.step()
        failed = self._advance(targets)
        self._elapsed += 1
        self.state = self._body.read_state(self.simulation, failed)
        self._commands.draw(self._commands.schedule.due(self._elapsed), self._elapsed)
        terminated = self._fallen()
        truncated = self._elapsed >= round(self.config.episode_s / CONTROL_DT_S)
        truncated |= self.physics.terrain.at_rim(self.state.base_position[:, :2])
        return terminated, truncated & ~terminated

    def sense(self) -> Proprioception:
        """Return the robots' own measurements of ``state``."""
        return self._sensors.read(self.state)

    def scan(self) -> HeightScan | None:
        """Return the ground as the robots see it, None if no robot sees."""
        return self._scan_for(self._sighted) if self._sighted.any() else None

    def true_ground(self) -> HeightScan:
        """Return the ground as all robots would see it; privileged."""
        return self._scan_for(np.ones(self.num_envs, dtype=bool))

    def arms_shift(self) -> Array | None:
        """Return the moving arms' shift of the centre of mass, (N, 2) m; None without such arms."""
        if self.arms is None:
            return None
        return self.arms.mass_shift(self.state.projected_gravity)

    def recover(self) -> Ids:
        """Read the state of a simulation stepped from outside; stand up the fallen robots.

        Returns:
            The ids of the robots that had fallen.
        """
        self.state = self._body.read_state(self.simulation, self._no_failure)
        ids = np.flatnonzero(self._fallen())
        if len(ids):
            self.stand_up(ids)
        return ids

    def _advance(self, targets: Array) -> Bools:
        """Step the physics for one control step and return which worlds failed, (N,)."""
        simulation = self.simulation
        before = simulation.qpos.copy(), simulation.qvel.copy()
        ids = self._motors.drive(simulation, targets, self.physics.decimation)
        if not len(ids):
            return self._no_failure
        failed = self._no_failure.copy()
        failed[ids] = True
        for i in ids[: MAX_FAILURES - len(self.failures)]:
            self.failures.append((before[0][i], before[1][i], simulation.ctrl[i].copy()))
        return failed

    def _randomize_robots(self, spec: RobotSpec) -> None:
        """Make the robots differ from their model, from now on."""
        config, rng = self.config, self._rng
        loads = []
        if config.arms is not None:
            self.arms = arms = ArmLoad(self.simulation, spec, config.arms, rng)
            loads = arms.loads
        randomize_bodies(self.simulation, spec, config.randomization, loads, rng)
        joints = len(self._body.names)
        self._sensors = NoisySensors(config.randomization, self.num_envs, joints, rng)
        longest = config.randomization.delay_steps
        self._motors = DelayedMotors(self._body.ctrl, rng.integers(0, longest + 1, self.num_envs))

    def _scan_for(self, sighted: NDArray[np.bool_]) -> HeightScan:
        state, terrain = self.state, self.physics.terrain
        return HeightScan(terrain, state.base_position, state.base_yaw_rad, sighted)

    def _fallen(self) -> Bools:
        state = self.state
        ground = self.physics.terrain.height(state.base_position[:, :2])
        low = state.base_position[:, 2] - ground < self._min_height_m
        tilted = state.projected_gravity[:, 2] > -FALLEN_COS_TILT
        return low | tilted | state.failed

    def _apply_pushes(self, ids: Ids) -> None:
        """Change the base velocities of the robots ``ids`` in random horizontal directions."""
        if not len(ids):
            return
        angle = self._rng.uniform(-np.pi, np.pi, len(ids))
        push = self.config.push_m_s * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        self.simulation.qvel[ids, :2] += push
        self._pushes.draw_next(ids, self._elapsed)
