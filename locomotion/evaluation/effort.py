"""What walking costs: work, torque, slipping feet, and how uneven the ground was."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from drive2walk.envs.sensors.height_scan import scan_around_soles
from drive2walk.envs.walking.physics import Physics, touch_sensor
from drive2walk.envs.walking.simulation import Simulation
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.joint_group import SIDES
from drive2walk.robot.spec import RobotSpec
from drive2walk.robot.timing import CONTROL_DT_S

# A foot stands while it bears this share of the weight.
STANDING_SHARE = 0.1
# A torque from this share of its limit on counts as at the limit.
AT_LIMIT = 0.99
# Control steps of a straight line along which distance is measured: the hips' sway averages out.
STRETCH = round(1 / CONTROL_DT_S)


@dataclasses.dataclass(frozen=True)
class Effort:
    """Of N robots while they were upright.

    Attributes:
        distance_m: how far they got, in straight lines of one second, (N,) m.
        work_per_weight_m: positive mechanical work of all joints over the weight, (N,) m.
        slip_m: how far standing feet slid, (N,) m.
        standing_s: for how long feet stood, both counted, (N,) s.
        one_foot_share: of the time on one foot, (N,).
        at_limit_share: of the leg joints' time at their torque limit, (N,).
        unevenness_m: mean difference between the highest and the lowest ground around a foot,
            (N,) m.
    """

    distance_m: Array
    work_per_weight_m: Array
    slip_m: Array
    standing_s: Array
    one_foot_share: Array
    at_limit_share: Array
    unevenness_m: Array

    @classmethod
    def joined(cls, parts: Sequence[Effort]) -> Effort:
        """Return the efforts of several runs as one."""
        names = [field.name for field in dataclasses.fields(cls)]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


class EffortMeter:
    """Adds up what robots in a ``trial_physics`` spend, from one control step to the next.

    Torque and speed are taken at the end of each control step.
    """

    def __init__(self, physics: Physics, simulation: Simulation, spec: RobotSpec) -> None:
        model = physics.model
        self._terrain = physics.terrain
        self._weight_n = float(model.body_mass.sum() * -model.opt.gravity[2])
        self._torque: Array = simulation.batch.bind("actuator_force")
        self._qvel = simulation.qvel
        self._dof = model.jnt_dofadr[model.actuator_trnid[:, 0]]
        self._leg = np.array([model.actuator(name).id for name in spec.leg_joint_names])
        self._limit = model.actuator_forcerange[self._leg, 1] * AT_LIMIT
        names = [touch_sensor(side) for side in SIDES]
        self._load: Array = simulation.batch.bind("sensordata")
        self._load_at = [int(model.sensor(name).adr[0]) for name in names]
        self._sole: Array = simulation.batch.bind("site_xpos")
        self._sole_at = [model.site(name).id for name in names]
        count = simulation.num_envs
        self._stood = np.zeros((count, 2), dtype=bool)
        self._last_soles = np.zeros((count, 2, 3))
        self._origin = simulation.qpos[:, :2].copy()
        self._qpos = simulation.qpos
        self._ticks = 0
        self._steps = np.zeros(count)
        self._sums = Effort(*(np.zeros(count) for _ in dataclasses.fields(Effort)))

    def add(self, upright: NDArray[np.bool_], yaw_rad: Array) -> None:
        """Count the last control step for the robots that are ``upright``, (N,)."""
        power = np.maximum(self._torque * self._qvel[:, self._dof], 0).sum(axis=1)
        soles = self._sole[:, self._sole_at]
        stands = self._load[:, self._load_at] > STANDING_SHARE * self._weight_n
        lasting = stands & self._stood & upright[:, None]
        moved = np.linalg.norm((soles - self._last_soles)[..., :2], axis=2)
        at_limit = (np.abs(self._torque[:, self._leg]) >= self._limit).mean(axis=1)
        scan = scan_around_soles(self._terrain, soles, yaw_rad)
        sums = self._sums
        self._ticks += 1
        if self._ticks % STRETCH == 0:
            place = self._qpos[:, :2].copy()
            sums.distance_m[:] += upright * np.linalg.norm(place - self._origin, axis=1)
            self._origin = place
        sums.work_per_weight_m[:] += upright * power * CONTROL_DT_S / self._weight_n
        sums.slip_m[:] += (lasting * moved).sum(axis=1)
        sums.standing_s[:] += lasting.sum(axis=1) * CONTROL_DT_S
        sums.one_foot_share[:] += upright & (stands.sum(axis=1) == 1)
        sums.at_limit_share[:] += upright * at_limit
        sums.unevenness_m[:] += upright * np.ptp(scan, axis=2).mean(axis=1)
        self._steps += upright
        self._stood, self._last_soles = stands, soles

    def effort(self) -> Effort:
        """Return what has been added up."""
        steps = np.maximum(self._steps, 1)
        return dataclasses.replace(
            self._sums,
            one_foot_share=self._sums.one_foot_share / steps,
            at_limit_share=self._sums.at_limit_share / steps,
            unevenness_m=self._sums.unevenness_m / steps,
        )
