"""A picture of the agent's map from above."""

from __future__ import annotations

import cv2
import numpy as np

from drive2walk.agent import Agent
from drive2walk.robot.geometry.arrays import Array, Image
from drive2walk.robot.geometry.transforms import yaw_matrix

# RGB colours.
FLOOR, UNKNOWN, OBSTACLE = (225, 232, 228), (120, 124, 128), (40, 44, 52)
PATH, ROBOT, GOAL = (40, 130, 230), (230, 90, 50), (40, 160, 80)
TEXT = (20, 20, 20)
# Height of the robot in the picture, as a fraction from the top: more of the map lies ahead.
ROBOT_ROW = 0.62


def draw_map(agent: Agent, size: tuple[int, int], half_width_m: float = 4.0) -> Image:
    """Return the map with path, goal and command; the robot stands in the middle and faces up.

    Args:
        agent: Agent with a map and a plan.
        size: Width and height of the picture in pixels.
        half_width_m: Distance from the robot to the left edge, in metres.

    Returns:
        RGB picture (height, width, 3).
    """
    width, height = size
    x, y, yaw = agent.pose
    pixels_per_m = width / (2 * half_width_m)
    centre = np.array([width / 2, height * ROBOT_ROW])
    image = _draw_cells(agent, size, pixels_per_m, centre)

    def pixel(point: Array) -> tuple[int, int]:
        forward, left = yaw_matrix(-yaw) @ (point - [x, y])
        u, v = centre + pixels_per_m * np.array([-left, -forward])
        return round(float(np.clip(u, 0, width - 1))), round(float(np.clip(v, 0, height - 1)))

    path = np.array([pixel(p) for p in agent.navigator.plan.path], dtype=np.int32)
    if len(path):
        cv2.polylines(image, [path.reshape(-1, 1, 2)], False, PATH, 2, cv2.LINE_AA)
    cv2.circle(image, pixel(agent.navigator.goal), 6, GOAL, -1, cv2.LINE_AA)
    here = np.array([x, y])
    cv2.circle(image, pixel(here), 6, ROBOT, -1, cv2.LINE_AA)
    tip = here + yaw_matrix(yaw) @ np.array([0.2 + agent.command[0], 0.6 * agent.command[2]])
    cv2.arrowedLine(image, pixel(here), pixel(tip), ROBOT, 2, cv2.LINE_AA, tipLength=0.3)
    vx, _, wz = agent.command
    text = f"vx {vx:+.2f} m/s   wz {wz:+.2f} rad/s"
    cv2.putText(image, text, (8, height - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.42, TEXT, 1)
    return image


def _draw_cells(agent: Agent, size: tuple[int, int], pixels_per_m: float, centre: Array) -> Image:
    """Return the cells of the map as a picture; ``centre`` is the robot's pixel (u, v)."""
    width, height = size
    x, y, yaw = agent.pose
    u, v = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    base = np.stack([(centre[1] - v) / pixels_per_m, (centre[0] - u) / pixels_per_m], axis=-1)
    cells = agent.map.grid.cells(base @ yaw_matrix(yaw).T + [x, y])
    inside = agent.map.grid.contains(cells)
    cells[~inside] = 0
    row, column = cells[..., 0], cells[..., 1]
    image = np.full((height, width, 3), UNKNOWN, dtype=np.uint8)
    image[agent.map.known_floor[row, column] & inside] = FLOOR
    image[agent.map.obstacles[row, column] & inside] = OBSTACLE
    return image
