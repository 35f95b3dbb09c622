"""What a walking controller remembers between two ticks."""

from __future__ import annotations

import dataclasses

from drive2walk.locomotion.estimation.com_observer import ComShift
from drive2walk.locomotion.estimation.gyro_bias import GyroBias
from drive2walk.locomotion.estimation.odometry import Odometry
from drive2walk.locomotion.gait.state import GaitState
from drive2walk.locomotion.policy.residual import Residual
from drive2walk.robot.geometry.arrays import Array


@dataclasses.dataclass(frozen=True)
class ControllerState:
    """The memory of a controller of N robots.

    Attributes:
        gait: Their steps.
        odometry: Their motion and planar pose since the start.
        gyro_bias: Bias of their gyros about the vertical.
        com_shift: Shift of their centre of mass by arms and loads.
        step_height: Height of the steps that they met lately, (N,) m.
        trim: Addition to the command against steady errors, (N, 3) m/s, m/s, rad/s.
        command: vx, vy, wz and height that the gait follows, on a ramp to the commanded, (N, 4).
        action: The last action, in the robot's own left and right, (N, action_dim).
        residual: The last action in physical units.
        reference: The gait's leg joint angles at this tick, (N, num_leg_joints) rad.
        targets: The last leg joint targets, (N, num_leg_joints) rad.
    """

    gait: GaitState
    odometry: Odometry
    gyro_bias: GyroBias
    com_shift: ComShift
    step_height: Array
    trim: Array
    command: Array
    action: Array
    residual: Residual
    reference: Array
    targets: Array
