"""Evidence about the cells of a walkable map from one camera image."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
from numpy.typing import NDArray

from drive2walk.robot.geometry.cameras import Pinhole
from drive2walk.robot.geometry.transforms import apply

# Number of floor pixels from which the scale of the depth is estimated, at least.
MIN_SCALE_PIXELS = 200


@dataclasses.dataclass(frozen=True)
class EvidenceConfig:
    """Rules that classify the pixels of an image. Distances are in metres over the ground.

    Attributes:
        floor_probability: Probability of walkable ground above which a pixel shows floor. It is
            above 0.5, because missed floor costs a detour, and a missed obstacle a collision.
        range_m: Greatest distance of ground that is used.
        certain_range_m: Greatest distance at which the place of an obstacle is certain.
        depth_range_m: Greatest depth of an overhanging obstacle.
        obstacle_min_height_m: Least height of an overhanging obstacle above the ground.
        obstacle_max_height_m: Greatest height of an overhanging obstacle above the ground.
        depth_factor: Greatest ratio of the depth of the ground to the depth of a floor pixel; a
            pixel with a greater one shows something nearer than the ground.
        standing_ratio: Fraction of the distance of the floor below it in the image beyond which
            an obstacle stands on that floor; a nearer obstacle overhangs it.
    """

    floor_probability: float = 0.6
    range_m: float = 4.0
    certain_range_m: float = 2.5
    depth_range_m: float = 1.8
    obstacle_min_height_m: float = 0.10
    obstacle_max_height_m: float = 1.40
    depth_factor: float = 1.6
    standing_ratio: float = 0.6


@dataclasses.dataclass(frozen=True)
class ImageEvidence:
    """Points in the odometry frame, (n, 3) in metres, that an image shows.

    Attributes:
        floor: Floor.
        close_floor: The part of the floor within the certain range.
        overhang: Points of obstacles that overhang the floor.
        close_feet: Feet of obstacles on the floor, within the certain range.
        distant_feet: Feet of obstacles beyond the certain range.
    """

    floor: NDArray[np.float64]
    close_floor: NDArray[np.float64]
    overhang: NDArray[np.float64]
    close_feet: NDArray[np.float64]
    distant_feet: NDArray[np.float64]


def find_evidence(
    walkable: NDArray[np.floating],
    depth_m: NDArray[np.floating],
    overhanging: NDArray[np.bool_],
    pinhole: Pinhole,
    T_odom_camera: NDArray[np.float64],
    config: EvidenceConfig,
) -> ImageEvidence:
    """Return the evidence in one camera image.

    Obstacles are placed like the stixels of a car (Badino et al., 2009): a column of the image
    rises from where it meets the floor, and the height of the camera gives the place of that foot.
    Depth is used only for obstacles that may overhang floor that they do not stand on.

    Args:
        walkable: Probability of walkable ground, (height, width).
        depth_m: Z-depth in metres, (height, width), 0 where unknown.
        overhanging: Whether the object in the pixel may overhang the floor below it in the image,
            as a table top does and a wall does not, (height, width).
        pinhole: Camera at the size of the arrays.
        T_odom_camera: Pose of the camera, optical frame.
        config: Rules.
    """
    rays = pinhole.rays()
    ground, on_ground = _intersect_ground(rays, T_odom_camera, config.range_m)
    floor = on_ground & (walkable > config.floor_probability)
    depth = _correct_scale(depth_m, ground, floor, T_odom_camera)
    # A wall that fills the view and is taken for floor is nearer than the floor would be.
    agreement = depth / np.maximum(_optical_depth(ground, T_odom_camera), 1e-3)
    floor &= (agreement > 1 / config.depth_factor) | (depth == 0)
    points = apply(T_odom_camera, rays * depth[..., None])
    blocked = walkable <= config.floor_probability
    distance, ground_distance = (_ground_distance(p, T_odom_camera) for p in (points, ground))
    nearest_standing = config.standing_ratio * ground_distance
    standing_below = _nearest_below(np.where(floor, nearest_standing, np.nan))
    overhang = (
        (blocked & overhanging & (depth > 0))
        & (depth < config.depth_range_m)
        & (points[..., 2] > config.obstacle_min_height_m)
        & (points[..., 2] < config.obstacle_max_height_m)
        & ~(distance > standing_below)
    )
    # A table top is much nearer than the floor behind it, and does not stand there.
    feet = on_ground & blocked & _just_above(floor)
    feet &= ~overhanging | (distance > nearest_standing)
    # What stands at the lower edge of the image has its foot below the view, so it is nearer still.
    feet[-1] |= on_ground[-1] & blocked[-1] & ~overhanging[-1]
    close = ground_distance < config.certain_range_m
    return ImageEvidence(
        ground[floor],
        ground[floor & close],
        points[overhang],
        ground[feet & close],
        ground[feet & ~close],
    )


def _intersect_ground(
    rays: NDArray[np.float64], T_odom_camera: NDArray[np.float64], range_m: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return where each ray meets the ground, and whether that is in front and in range."""
    directions = rays @ T_odom_camera[:3, :3].T
    down = directions[..., 2] < -1e-3
    scale = np.where(down, -T_odom_camera[2, 3] / np.where(down, directions[..., 2], -1), 0)
    points = T_odom_camera[:3, 3] + scale[..., None] * directions
    return points, down & (_ground_distance(points, T_odom_camera) < range_m)


def _correct_scale(
    depth_m: NDArray[np.floating],
    ground: NDArray[np.float64],
    floor: NDArray[np.bool_],
    T_odom_camera: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the depth times the factor that makes it agree with the ground on the floor.

    A single camera does not see scale, but the height of the head is known. The whole image shares
    one factor.
    """
    true_depth = _optical_depth(ground, T_odom_camera)
    usable = floor & (depth_m > 0)
    if usable.sum() < MIN_SCALE_PIXELS:
        return depth_m.astype(np.float64)
    return depth_m.astype(np.float64) * float(np.median(true_depth[usable] / depth_m[usable]))


def _optical_depth(
    points: NDArray[np.float64], T_odom_camera: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the z-depth of points in the camera."""
    return (points - T_odom_camera[:3, 3]) @ T_odom_camera[:3, 2]


def _ground_distance(
    points: NDArray[np.float64], T_odom_camera: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the horizontal distance of points from the camera."""
    offset = points[..., :2] - T_odom_camera[:2, 3]
    return np.hypot(offset[..., 0], offset[..., 1])


def _nearest_below(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the first value at or below each pixel in its column; NaN without one."""
    upwards = values[::-1]
    rows = np.where(np.isnan(upwards), 0, np.arange(len(values))[:, None])
    nearest = np.maximum.accumulate(rows, axis=0)
    return np.take_along_axis(upwards, nearest, axis=0)[::-1]


def _just_above(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels outside a mask, up to two pixels above it."""
    kernel = np.ones((3, 1), dtype=np.uint8)
    grown = cv2.dilate(mask.astype(np.uint8), kernel, anchor=(0, 0)).astype(bool)
    return grown & ~mask
