"""Arms for robots whose upper body is welded: what moving hands and payloads do to the torso.

A hand and what it holds are a point mass that somebody moves about: its weight pulls at another
place than at home, and the torso feels the reaction to its acceleration.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from envs.randomization import TorsoLoad
from envs.simulation import Simulation
from robot.frames import quat_rotate, quat_rotate_inverse
from robot.spec import RobotSpec
from robot.timing import CONTROL_DT_S

Array = NDArray[np.float64]

GRAVITY_M_S2 = 9.81


@dataclasses.dataclass(frozen=True)
class ArmLoadConfig:
    """How arms move and what they hold.

    Attributes:
        arm_kg: of an arm, as a point at the hand.
        payload_kg: at most, in each hand.
        home_m: of the left hand in the base frame.
        low_m, high_m: bounds of where the left hand goes, base frame; the right mirrors them.
        interval_s: bounds of the time until a hand goes somewhere else.
        still_share: of the times, it stays.
        response_hz: how quickly a hand follows its goal.
        max_acceleration_m_s2: of a hand.
        upper_kg: what the waist carries, arms included.
        upper_height_m: of its centre of mass above the waist.
        upper_inertia: about the waist without payload, kg m².
        payload_inertia: that a kilogram in a hand adds, kg m².
    """

    arm_kg: float = 1.8
    payload_kg: float = 0.0
    home_m: tuple[float, float, float] = (-0.01, 0.24, -0.14)
    low_m: tuple[float, float, float] = (-0.1, 0.05, -0.2)
    high_m: tuple[float, float, float] = (0.45, 0.5, 0.6)
    interval_s: tuple[float, float] = (0.4, 3.0)
    still_share: float = 0.2
    response_hz: float = 1.0
    max_acceleration_m_s2: float = 12.0
    upper_kg: float = 14.9
    upper_height_m: float = 0.132
    upper_inertia: float = 0.7
    payload_inertia: float = 0.15


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
        self._simulation, self._config, self._rng = simulation, config, rng
        count = simulation.num_envs
        self._torso = simulation.model.body(spec.pelvis).id
        self._centre = simulation.model.body_ipos[self._torso]
        self._sides = np.array([[1.0, 1.0, 1.0], [1.0, -1.0, 1.0]])
        self._home = np.tile(np.array(config.home_m) * self._sides, (count, 1, 1))
        self._place = self._home.copy()
        self._velocity = np.zeros_like(self._place)
        self._goal = self._home.copy()
        self._wait = np.zeros((count, 2), dtype=np.int64)
        self._payload = rng.uniform(0, config.payload_kg, (count, 2))
        # Roll and pitch, rad: both have the gains of the pitch.
        self._waist = (spec.waist.kp[-1], spec.waist.kd[-1])
        self._bend, self._bend_rate = np.zeros((count, 2)), np.zeros((count, 2))
        self._wrench: Array = simulation.batch.bind("xfrc_applied")

    @property
    def loads(self) -> list[TorsoLoad]:
        """The payloads at home, where they add to the torso's mass."""
        return [TorsoLoad(self._payload[:, i], self._home[:, i]) for i in range(2)]

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
        attitude = self._simulation.qpos[:, 3:7]
        down = np.array([0.0, 0.0, -GRAVITY_M_S2])
        weight = (
            mass * quat_rotate_inverse(attitude, np.broadcast_to(down, (len(mass), 3)))[:, None]
        )
        reaction = -mass * acceleration
        torque = np.cross(self._place - self._home, weight)
        torque += np.cross(self._place - self._centre, reaction)
        force, turn = self._through_waist(reaction.sum(axis=1), torque.sum(axis=1))
        wrench = self._wrench[:, self._torso]
        wrench[:, :3] = quat_rotate(attitude, force)
        wrench[:, 3:] = quat_rotate(attitude, turn)

    def _through_waist(self, force: Array, torque: Array) -> tuple[Array, Array]:
        """Return what reaches the pelvis of a force and a torque on the torso, (N, 3) each.

        The waist gives way like a spring with little damping: its swing adds to the load.
        """
        config, mass = self._config, self._config.upper_kg
        kp, kd = self._waist
        topple = mass * GRAVITY_M_S2 * config.upper_height_m
        inertia = config.upper_inertia + config.payload_inertia * self._payload.sum(axis=1)
        drive = torque[:, :2] - (kp - topple) * self._bend - kd * self._bend_rate
        acceleration = drive / inertia[:, None]
        self._bend_rate += CONTROL_DT_S * acceleration
        self._bend += CONTROL_DT_S * self._bend_rate
        force, torque = force.copy(), torque.copy()
        torque[:, :2] += topple * self._bend - inertia[:, None] * acceleration
        sway = mass * config.upper_height_m * acceleration
        force[:, :2] += np.column_stack([-sway[:, 1], sway[:, 0]])
        return force, torque

    def _choose(self) -> None:
        """Give hands whose time is up somewhere else to go."""
        self._wait -= 1
        robots, hands = np.nonzero(self._wait < 0)
        if not len(robots):
            return
        config, rng = self._config, self._rng
        goal = rng.uniform(config.low_m, config.high_m, (len(robots), 3)) * self._sides[hands]
        stays = rng.uniform(size=len(robots)) < config.still_share
        self._goal[robots, hands] = np.where(stays[:, None], self._place[robots, hands], goal)
        low, high = (round(bound / CONTROL_DT_S) for bound in config.interval_s)
        self._wait[robots, hands] = rng.integers(low, high + 1, len(robots))
