"""Moving hands and payloads as forces on a torso, for robots whose arms are welded.

A hand and its payload are a point mass. Its weight pulls at another place than at home, and the
torso feels the reaction to its acceleration.
"""

from __future__ import annotations

import mujoco
import numpy as np

from drive2walk.envs.walking.arms.arm_load_config import ArmLoadConfig
from drive2walk.envs.walking.randomization import TorsoLoad
from drive2walk.envs.walking.schedule import draw_steps
from drive2walk.envs.walking.simulation import Simulation
from drive2walk.robot.geometry.arrays import Array, Ids
from drive2walk.robot.geometry.transforms import quat_rotate, quat_rotate_inverse, upright_matrix
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S

GRAVITY_M_S2 = 9.81


class ArmLoad:
    """The hands of N robots; an implementation of ``Arms``.

    Args:
        simulation: Robots whose torsos carry the load.
        spec: The robot.
        config: Motion and payloads.
        rng: Source of goals and payloads.
    """

    def __init__(
        self,
        simulation: Simulation,
        spec: RobotSpec,
        config: ArmLoadConfig,
        rng: np.random.Generator,
    ) -> None:
        self._config, self._rng = config, rng
        count = simulation.num_envs
        self._robot_kg = float(simulation.model.body_mass.sum())
        self._torso = simulation.model.body(spec.torso).id
        self._centre = simulation.model.body_ipos[self._torso]
        self._sides = np.array([[1.0, 1.0, 1.0], [1.0, -1.0, 1.0]])
        self._origin = _torso_origin(simulation.model, spec)
        self._home = np.tile(np.array(config.home_m) * self._sides - self._origin, (count, 1, 1))
        self._place = self._home.copy()
        self._velocity = np.zeros_like(self._place)
        self._goal = self._home.copy()
        self._wait = np.zeros((count, 2), dtype=np.int64)
        self._payload = rng.uniform(0, config.payload_kg, (count, 2))
        self._carries = rng.uniform(size=count) < config.carry_probability
        self._payload[self._carries, 1] = self._payload[self._carries, 0]
        self._attitude: Array = simulation.batch.bind("xquat")
        self._wrench: Array = simulation.batch.bind("xfrc_applied")

    @property
    def loads(self) -> list[TorsoLoad]:
        """The payloads of the left and the right hands at home, to add to the torso's mass."""
        return [TorsoLoad(self._payload[:, i], self._home[:, i]) for i in range(2)]

    def reset(self, ids: Ids) -> None:
        """Put the hands of the robots ``ids`` at home, at rest."""
        self._place[ids] = self._goal[ids] = self._home[ids]
        self._velocity[ids] = 0.0
        self._wait[ids] = 0

    def step(self) -> None:
        """Move the hands for one control step and write the forces on the torsos."""
        self._draw_goals()
        acceleration = self._limited_acceleration()
        self._velocity += CONTROL_DT_S * acceleration
        self._place += CONTROL_DT_S * self._velocity
        mass = (self._config.arm_kg + self._payload)[..., None]
        attitude = self._attitude[:, self._torso]
        down = np.array([0.0, 0.0, -GRAVITY_M_S2])
        weight = (
            mass * quat_rotate_inverse(attitude, np.broadcast_to(down, (len(mass), 3)))[:, None]
        )
        reaction = -mass * acceleration
        torque = np.cross(self._place - self._home, weight)
        torque += np.cross(self._place - self._centre, reaction)
        wrench = self._wrench[:, self._torso]
        wrench[:, :3] = quat_rotate(attitude, reaction.sum(axis=1))
        wrench[:, 3:] = quat_rotate(attitude, torque.sum(axis=1))

    def mass_shift(self, projected_gravity: Array) -> Array:
        """Return the arms' shift of the centre of mass, payloads apart, (N, 2) m: see ``Arms``."""
        away = (self._place - self._home).sum(axis=1)
        fraction = self._config.arm_kg / self._robot_kg
        shift: Array = fraction * np.einsum(
            "nij,nj->ni", upright_matrix(projected_gravity)[:, :2], away
        )
        return shift

    def _limited_acceleration(self) -> Array:
        """Return the accelerations of critically damped hands towards their goals, (N, 2, 3)."""
        config = self._config
        stiffness = (2 * np.pi * config.response_hz) ** 2
        wanted = stiffness * (self._goal - self._place) - 2 * np.sqrt(stiffness) * self._velocity
        size = np.linalg.norm(wanted, axis=2, keepdims=True)
        limit = config.max_acceleration_m_s2
        limited: Array = wanted * np.minimum(1, limit / np.maximum(size, 1e-9))
        return limited

    def _draw_goals(self) -> None:
        """Give hands a new goal where the time of the old one is up."""
        self._wait -= 1
        self._draw_carrying_goals(np.flatnonzero(self._carries & (self._wait[:, 0] < 0)))
        robots, hands = np.nonzero(self._wait < 0)
        if not len(robots):
            return
        config, rng = self._config, self._rng
        goal = rng.uniform(config.low_m, config.high_m, (len(robots), 3)) * self._sides[hands]
        goal -= self._origin
        stays = rng.uniform(size=len(robots)) < config.still_probability
        self._goal[robots, hands] = np.where(stays[:, None], self._place[robots, hands], goal)
        self._wait[robots, hands] = draw_steps(config.interval_s, len(robots), rng)

    def _draw_carrying_goals(self, robots: Ids) -> None:
        """Give both hands of robots that carry something mirrored goals in front of the base."""
        config, rng = self._config, self._rng
        goal = rng.uniform(config.low_m, config.high_m, (len(robots), 3))
        goal[:, 0] = rng.uniform(*config.carry_m, len(robots))
        self._goal[robots] = goal[:, None] * self._sides - self._origin
        self._wait[robots] = draw_steps(config.carry_interval_s, len(robots), rng)[:, None]


def _torso_origin(model: mujoco.MjModel, spec: RobotSpec) -> Array:
    """Return the torso's origin in the base frame at home, (3,) m; both frames are parallel."""
    data = mujoco.MjData(model)
    mujoco.mj_kinematics(model, data)
    origin: Array = data.body(spec.torso).xpos - data.body(spec.pelvis).xpos
    return origin
