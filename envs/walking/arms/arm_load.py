"""Arms for robots whose arms are welded: what moving hands and payloads do to the torso.

A hand and what it holds are a point mass that somebody moves about: its weight pulls at another
place than at home, and the torso feels the reaction to its acceleration.
"""

from __future__ import annotations

import dataclasses

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.walking.randomization import TorsoLoad
from drive2walk.envs.walking.simulation import Simulation
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import quat_rotate, quat_rotate_inverse, upright_matrix
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S

GRAVITY_M_S2 = 9.81


@dataclasses.dataclass(frozen=True)
class ArmLoadConfig:
    """How arms move and what they hold.

    Attributes:
        arm_kg: of an arm, as a point at the hand.
        payload_kg: at most, in each hand.
        home_m: of the left hand in the base frame, the torso being at home.
        low_m, high_m: bounds of where the left hand goes, the same; the right mirrors them.
        interval_s: bounds of the time until a hand goes somewhere else.
        still_share: of the times, it stays.
        carry_share: of the robots, hold something before them with both hands, side by side.
        carry_m: how far before the base they may hold it, bounds.
        carry_interval_s: bounds of the time until they hold it elsewhere.
        response_hz: how quickly a hand follows its goal.
        max_acceleration_m_s2: of a hand.
    """

    arm_kg: float = 1.8
    payload_kg: float = 0.0
    home_m: tuple[float, float, float] = (-0.01, 0.24, -0.14)
    low_m: tuple[float, float, float] = (-0.1, 0.05, -0.2)
    high_m: tuple[float, float, float] = (0.45, 0.5, 0.6)
    interval_s: tuple[float, float] = (0.4, 3.0)
    still_share: float = 0.2
    carry_share: float = 0.0
    carry_m: tuple[float, float] = (0.1, 0.45)
    carry_interval_s: tuple[float, float] = (4.0, 15.0)
    response_hz: float = 1.0
    max_acceleration_m_s2: float = 12.0


class ArmLoad:
    """The hands of N robots.

    Args:
        simulation: whose torsos feel them.
        spec: the robot.
        config: how they move.
        rng: draws goals and payloads.
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
        self._origin = _origin(simulation.model, spec)
        self._home = np.tile(np.array(config.home_m) * self._sides - self._origin, (count, 1, 1))
        self._place = self._home.copy()
        self._velocity = np.zeros_like(self._place)
        self._goal = self._home.copy()
        self._wait = np.zeros((count, 2), dtype=np.int64)
        self._payload = rng.uniform(0, config.payload_kg, (count, 2))
        self._carries = rng.uniform(size=count) < config.carry_share
        self._payload[self._carries, 1] = self._payload[self._carries, 0]
        self._attitude: Array = simulation.batch.bind("xquat")
        self._wrench: Array = simulation.batch.bind("xfrc_applied")

    @property
    def loads(self) -> list[TorsoLoad]:
        """The payloads at home, where they add to the torso's mass."""
        return [TorsoLoad(self._payload[:, i], self._home[:, i]) for i in range(2)]

    def rest(self, ids: NDArray[np.intp]) -> None:
        """Let the robots ``ids`` begin with their hands at home."""
        self._place[ids] = self._goal[ids] = self._home[ids]
        self._velocity[ids] = 0.0
        self._wait[ids] = 0

    def step(self) -> None:
        """Move the hands for one control step and let the torsos feel them."""
        self._choose()
        config = self._config
        stiffness = (2 * np.pi * config.response_hz) ** 2
        wanted = stiffness * (self._goal - self._place) - 2 * np.sqrt(stiffness) * self._velocity
        size = np.linalg.norm(wanted, axis=2, keepdims=True)
        limit = config.max_acceleration_m_s2
        acceleration = wanted * np.minimum(1, limit / np.maximum(size, 1e-9))
        self._velocity += CONTROL_DT_S * acceleration
        self._place += CONTROL_DT_S * self._velocity
        mass = (config.arm_kg + self._payload)[..., None]
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
        """Return how far the arms move the centre of mass, payloads apart: see ``Arms``."""
        away = (self._place - self._home).sum(axis=1)
        share = self._config.arm_kg / self._robot_kg
        shift: Array = share * np.einsum(
            "nij,nj->ni", upright_matrix(projected_gravity)[:, :2], away
        )
        return shift

    def _choose(self) -> None:
        """Give hands whose time is up somewhere else to go."""
        self._wait -= 1
        self._choose_together(np.flatnonzero(self._carries & (self._wait[:, 0] < 0)))
        robots, hands = np.nonzero(self._wait < 0)
        if not len(robots):
            return
        config, rng = self._config, self._rng
        goal = rng.uniform(config.low_m, config.high_m, (len(robots), 3)) * self._sides[hands]
        goal -= self._origin
        stays = rng.uniform(size=len(robots)) < config.still_share
        self._goal[robots, hands] = np.where(stays[:, None], self._place[robots, hands], goal)
        self._wait[robots, hands] = self._draw_steps(config.interval_s, len(robots))

    def _choose_together(self, robots: NDArray[np.intp]) -> None:
        """Give both hands of robots that carry something the same place before them."""
        config, rng = self._config, self._rng
        goal = rng.uniform(config.low_m, config.high_m, (len(robots), 3))
        goal[:, 0] = rng.uniform(*config.carry_m, len(robots))
        self._goal[robots] = goal[:, None] * self._sides - self._origin
        self._wait[robots] = self._draw_steps(config.carry_interval_s, len(robots))[:, None]

    def _draw_steps(self, interval_s: tuple[float, float], count: int) -> NDArray[np.int64]:
        low, high = (round(bound / CONTROL_DT_S) for bound in interval_s)
        return self._rng.integers(low, high + 1, count)


def _origin(model: mujoco.MjModel, spec: RobotSpec) -> Array:
    """Return where the torso's frame is in the base's at home, (3,) m; both are parallel."""
    data = mujoco.MjData(model)
    mujoco.mj_kinematics(model, data)
    origin: Array = data.body(spec.torso).xpos - data.body(spec.pelvis).xpos
    return origin
