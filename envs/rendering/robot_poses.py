"""Random poses of a robot that works: it stands near things, its arms at them or anywhere.

The poses are kinematic: nothing balances, and nothing is gripped.
"""

from __future__ import annotations

import math

import mujoco
import numpy as np

from drive2walk.envs.robot_world import PREFIX, RobotWorld
from drive2walk.envs.scenes.free_space import scene_free_space
from drive2walk.envs.scenes.items.tote import TOTE
from drive2walk.robot.geometry.arrays import Array
from drive2walk.robot.geometry.transforms import (
    quat_from_axis_angle,
    quat_multiply,
    quat_rotate,
    quat_yaw,
)
from drive2walk.robot.joints.joint_group import SIDES

UP, AHEAD, LEFT = np.eye(3)[[2, 0, 1]]
# Probability that the robot stands at a thing, and its distance from it; its clearance elsewhere.
AT_THING_PROBABILITY, AT_THING_M = 0.7, (0.3, 1.3)
CLEARANCE_M = (0.2, 0.5)
# Standard deviations of the yaw towards a thing, of the sway, and of the camera's errors.
YAW_STD_RAD, SWAY_STD_RAD = 0.5, math.radians(1.5)
PITCH_STD_RAD, HEIGHT_STD_M = math.radians(2.0), 0.015
# Largest bend of the knees in a squat; the hips and ankles bend half as much.
SQUAT_RAD = 1.0
WAIST_RAD = (0.3, 0.05, 0.25)
# Probabilities that the arms hold a tote, and that they hang anywhere instead of reaching.
HOLD_PROBABILITY, LOOSE_PROBABILITY = 0.25, 0.3
LOOSE_FRACTION = 0.6
# Distance of a thing from the pelvis up to which a hand may be at it.
ARM_M = 0.75
# Distance of each palm from the middle of a tote that it holds.
HALF_TOTE_M = 0.19
# Middle of the palm from the wrist's last joint, along the forearm.
PALM_M = 0.1
IK_STEPS, IK_DAMPING = 25, 0.05
# Depth in the world from which a link counts as stuck in it.
STUCK_M = 0.01


class RobotPoser:
    """Puts a robot into random poses in its scene.

    Args:
        world: The robot in the scene.
    """

    def __init__(self, world: RobotWorld) -> None:
        self._model, self._data, self._spec = world.model, world.data, world.spec
        self._space = scene_free_space(world.scene)
        self._goal = np.array([*world.scene.goal, 0.0])
        model = self._model
        self._base = model.joint(model.body(PREFIX + world.spec.pelvis).jntadr[0]).qposadr[0]
        self._hands = [model.body(PREFIX + name).id for name in world.spec.hands.bodies]
        self._things = [
            model.joint(k).name
            for k in np.flatnonzero(model.jnt_type == mujoco.mjtJoint.mjJNT_FREE)
            if not model.body(model.jnt_bodyid[k]).name.startswith(PREFIX)
        ]
        bodies = [model.body(k).name for k in model.geom_bodyid]
        self.is_robot = np.array([name.startswith(PREFIX) for name in bodies])
        self._is_foot = np.array(["_foot_" in model.geom(k).name for k in range(model.ngeom)])
        self._is_fixed = model.body_dofnum[model.body_weldid[model.geom_bodyid]] == 0
        self._camera = model.camera(world.head_camera).id
        self._camera_pos = model.cam_pos[self._camera].copy()
        self._camera_quat = model.cam_quat[self._camera].copy()

    def draw_pose(self, rng: np.random.Generator) -> None:
        """Set a random pose of the robot, and of a tote that it holds."""
        model, data = self._model, self._data
        mujoco.mj_resetData(model, data)
        mujoco.mj_kinematics(model, data)
        self._disturb_camera(rng)
        self._stand(rng)
        self._bend(rng)
        self._set_feet_down()
        if TOTE in self._things and rng.random() < HOLD_PROBABILITY:
            self._hold_tote(rng)
        elif rng.random() < LOOSE_PROBABILITY:
            self._hang_arms(rng)
        else:
            self._reach(rng)
        mujoco.mj_forward(model, data)

    def is_stuck(self) -> bool:
        """Return whether a link of the robot, other than a sole, is inside the fixed world."""
        contacts = self._data.contact
        deep = contacts.dist < -STUCK_M
        first, second = contacts.geom[deep].T
        limb = self.is_robot & ~self._is_foot
        fixed = self._is_fixed & ~self.is_robot
        return bool(((limb[first] & fixed[second]) | (limb[second] & fixed[first])).any())

    def _disturb_camera(self, rng: np.random.Generator) -> None:
        turn = quat_from_axis_angle(AHEAD, float(rng.normal(0, PITCH_STD_RAD)))
        self._model.cam_quat[self._camera] = quat_multiply(self._camera_quat, turn)
        height = float(rng.normal(0, HEIGHT_STD_M))
        self._model.cam_pos[self._camera] = self._camera_pos + height * UP

    def _stand(self, rng: np.random.Generator) -> None:
        """Put the pelvis over a free place, which is often beside a thing that the robot faces."""
        clearance = self._space.clearance_m
        least = min(float(rng.uniform(*CLEARANCE_M)), 0.9 * clearance.max())
        places = self._space.grid.centers(np.argwhere(clearance >= least))
        yaw = float(rng.uniform(-math.pi, math.pi))
        spots = [self._data.body(name).xpos for name in self._things] + [self._goal]
        spot = spots[int(rng.integers(len(spots)))][:2]
        distance = np.linalg.norm(places - spot, axis=1)
        near = places[(distance > AT_THING_M[0]) & (distance < AT_THING_M[1])]
        at_thing = bool(rng.random() < AT_THING_PROBABILITY and len(near))
        chosen = near if at_thing else places
        x, y = chosen[int(rng.integers(len(chosen)))]
        if at_thing:
            yaw = math.atan2(spot[1] - y, spot[0] - x) + float(rng.normal(0, YAW_STD_RAD))
        quat = quat_from_axis_angle(UP, yaw)
        for axis in (AHEAD, LEFT):
            sway = quat_from_axis_angle(axis, float(rng.normal(0, SWAY_STD_RAD)))
            quat = quat_multiply(quat, sway)
        at = self._base
        self._data.qpos[at : at + 3] = x, y, self._spec.standing_height_m
        self._data.qpos[at + 3 : at + 7] = quat

    def _bend(self, rng: np.random.Generator) -> None:
        """Set all joints to home, with a random squat and a random bend of the waist."""
        spec = self._spec
        for name, angle in zip(spec.joint_names, spec.home_qpos, strict=True):
            self._data.joint(PREFIX + name).qpos = angle
        # Mostly upright: robots squat only to reach low things.
        squat = SQUAT_RAD * float(rng.uniform(0, 1)) ** 3
        for name in spec.leg_joint_names:
            bend = squat if "knee" in name else -squat / 2
            if any(part in name for part in ("hip_pitch", "knee", "ankle_pitch")):
                self._data.joint(PREFIX + name).qpos += bend
        for name, most in zip(spec.waist_joint_names, WAIST_RAD, strict=False):
            self._data.joint(PREFIX + name).qpos += float(rng.uniform(-most, most))
        if spec.fingers is not None:
            targets = spec.fingers.targets(rng.uniform(0, 1, 2))
            for name, angle in zip(spec.fingers.joint_names, targets, strict=True):
                self._data.joint(PREFIX + name).qpos = angle

    def _set_feet_down(self) -> None:
        """Move the pelvis up or down until the lowest foot is on the ground."""
        mujoco.mj_kinematics(self._model, self._data)
        feet = np.flatnonzero(self._is_foot & self.is_robot)
        lowest = self._data.geom_xpos[feet, 2] - self._model.geom_size[feet, 0]
        self._data.qpos[self._base + 2] -= lowest.min()

    def _hang_arms(self, rng: np.random.Generator) -> None:
        """Set every joint of the arms anywhere between home and its limits."""
        for side in SIDES:
            for joint in self._arm_joints(side):
                goal = rng.uniform(*joint.range)
                here = self._data.qpos[joint.qposadr[0]]
                step = float(rng.uniform(0, LOOSE_FRACTION)) * (goal - here)
                self._data.qpos[joint.qposadr[0]] += step

    def _reach(self, rng: np.random.Generator) -> None:
        """Move each hand to a place ahead of the robot, or to a thing that is within its reach."""
        pelvis = self._pelvis()
        spots = [self._data.body(name).xpos for name in self._things]
        close = [p for p in spots if np.linalg.norm(p - pelvis) < ARM_M]
        for number, side in enumerate((1.0, -1.0)):
            place = (rng.uniform(0.15, 0.5), side * rng.uniform(0.0, 0.4), rng.uniform(-0.2, 0.4))
            target = self._to_world(np.array(place))
            if close and rng.random() < 0.5:
                target = close[int(rng.integers(len(close)))] + rng.normal(0, 0.06, 3)
            self._move_hand(number, target)

    def _hold_tote(self, rng: np.random.Generator) -> None:
        """Move both hands to the sides of the tote, which is brought between them."""
        low, high = np.array([0.3, -0.02, 0.0]), np.array([0.45, 0.02, 0.3])
        middle = rng.uniform(low, high)
        for number, side in enumerate((1.0, -1.0)):
            self._move_hand(number, self._to_world(middle + side * HALF_TOTE_M * LEFT))
        height = float(rng.uniform(0.08, 0.14))
        at = self._model.joint(TOTE).qposadr[0]
        palms = [self._palm(hand) for hand in self._hands]
        self._data.qpos[at : at + 3] = np.mean(palms, axis=0) - height * UP
        yaw = float(quat_yaw(self._data.qpos[self._base + 3 : self._base + 7]))
        turn = yaw + float(rng.normal(0, 0.05))
        self._data.qpos[at + 3 : at + 7] = quat_from_axis_angle(UP, turn)

    def _move_hand(self, number: int, target: Array) -> None:
        """Move the left (0) or right (1) palm towards a point (3,) m of the world.

        Damped least squares (Wampler, 1986) over the joints of the arm, within their limits.
        """
        model, data, hand = self._model, self._data, self._hands[number]
        joints = self._arm_joints(SIDES[number])
        dofs = [joint.dofadr[0] for joint in joints]
        at = np.array([joint.qposadr[0] for joint in joints])
        low, high = np.array([joint.range for joint in joints]).T
        jacobian = np.zeros((3, model.nv))
        for _ in range(IK_STEPS):
            mujoco.mj_kinematics(model, data)
            mujoco.mj_comPos(model, data)
            palm = self._palm(hand)
            mujoco.mj_jac(model, data, jacobian, None, palm, hand)
            arm_jacobian = jacobian[:, dofs]
            damped = arm_jacobian @ arm_jacobian.T + IK_DAMPING**2 * np.eye(3)
            step = arm_jacobian.T @ np.linalg.solve(damped, target - palm)
            data.qpos[at] = np.clip(data.qpos[at] + np.clip(step, -0.3, 0.3), low, high)
        mujoco.mj_kinematics(model, data)

    def _arm_joints(self, side: str) -> list[mujoco._structs._MjModelJointViews]:
        names = self._spec.naming.two_sided(self._spec.arms)
        return [self._model.joint(PREFIX + name) for name in names if name.startswith(side)]

    def _palm(self, hand: int) -> Array:
        """Return the middle of a palm in the world, (3,) m."""
        x_axis = self._data.xmat[hand].reshape(3, 3)[:, 0]
        return np.asarray(self._data.xpos[hand] + PALM_M * x_axis)

    def _pelvis(self) -> Array:
        return self._data.qpos[self._base : self._base + 3]

    def _to_world(self, point: Array) -> Array:
        """Return a point (3,) m of the pelvis's frame in the world."""
        quat = self._data.qpos[self._base + 3 : self._base + 7]
        return np.asarray(self._pelvis() + quat_rotate(quat, point))
