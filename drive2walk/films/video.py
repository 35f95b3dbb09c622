"""The demo's film: third person, the camera image with its walkable mask, the map from above."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import av
import cv2
import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.agent import Agent, Sight
from drive2walk.envs.robot_world import RobotWorld
from drive2walk.envs.sensors.camera import Camera
from drive2walk.robot.geometry.arrays import Image
from drive2walk.robot.geometry.transforms import yaw_matrix

FRAMES_PER_S = 10
PANEL = (320, 240)
THIRD_PERSON = (640, 480)
CEILING_GROUP = 4
ELEVATIONS_DEG = (-38.0, -46.0, -54.0, -62.0, -70.0, -80.0)

# Geom groups of walls and furniture, without robots and ceilings.
_SCENERY = np.array([1, 1, 0, 0, 0, 0], dtype=np.uint8)

WALKABLE = (60, 200, 120)
FLOOR, UNKNOWN, OBSTACLE = (225, 232, 228), (120, 124, 128), (40, 44, 52)
PATH, ROBOT, GOAL = (40, 130, 230), (230, 90, 50), (40, 160, 80)


class Film:
    """An H.264 file that frames are added to."""

    def __init__(
        self,
        path: Path,
        frames_per_s: int = FRAMES_PER_S,
        size: tuple[int, int] = (THIRD_PERSON[0] + PANEL[0], THIRD_PERSON[1]),
    ) -> None:
        # Fragments: what has been written plays, even if the program is killed.
        flags = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
        self._container = av.open(str(path), mode="w", options=flags)
        self._stream = self._container.add_stream("libx264", rate=frames_per_s)
        self._stream.width, self._stream.height = size
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = {"crf": "26", "preset": "veryfast", "g": "20"}

    def __enter__(self) -> Film:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for packet in self._stream.encode():
            self._container.mux(packet)
        self._container.close()

    def add(self, image: Image) -> None:
        """Append one RGB frame (height, width, 3)."""
        frame = av.VideoFrame.from_ndarray(image, format="rgb24")
        for packet in self._stream.encode(frame):
            self._container.mux(packet)


class ThirdPerson:
    """A camera that follows the robot from behind and above, without ceilings."""

    def __init__(self, world: RobotWorld) -> None:
        self._view = mujoco.MjvCamera()
        self._view.distance = 4.0
        self._view.azimuth = np.degrees(world.base_pose[2])
        self._view.elevation = self._clear_elevation(world)
        width, height = THIRD_PERSON
        self._camera = Camera(
            world.model, self._view, width, height, shadows=True, hidden_groups=(CEILING_GROUP,)
        )

    def close(self) -> None:
        """Free the OpenGL context."""
        self._camera.close()

    def image(self, world: RobotWorld) -> Image:
        """Return the RGB image (height, width, 3)."""
        x, y, yaw = world.base_pose
        turn = (np.degrees(yaw) - self._view.azimuth + 180) % 360 - 180
        self._view.azimuth += 0.05 * turn
        self._view.elevation += 0.1 * (self._clear_elevation(world) - self._view.elevation)
        self._view.lookat[:] = [x, y, 0.8]
        return self._camera.rgb(world.data)

    def _clear_elevation(self, world: RobotWorld) -> float:
        """Return the flattest elevation in degrees from which no wall hides the robot."""
        for elevation in ELEVATIONS_DEG:
            if all(self._clear(world, height, elevation) for height in (0.2, 0.8)):
                return elevation
        return ELEVATIONS_DEG[-1]

    def _clear(self, world: RobotWorld, height_m: float, elevation_deg: float) -> bool:
        x, y, _ = world.base_pose
        tilt, turn = np.radians(elevation_deg), np.radians(self._view.azimuth)
        back = np.array([-np.cos(turn), -np.sin(turn), 0.0]) * np.cos(tilt)
        camera = np.array([x, y, 0.8]) + self._view.distance * (back - [0, 0, np.sin(tilt)])
        start = np.array([x, y, height_m])
        hit = np.zeros(1, dtype=np.int32)
        # 1 at the camera: the ray is as long as the way there.
        way = mujoco.mj_ray(world.model, world.data, start, camera - start, _SCENERY, 1, -1, hit)
        return way < 0 or way > 1


def compose(third_person: Image, camera_image: Image, sight: Sight, agent: Agent) -> Image:
    """Return one frame of the film: third person left; camera and map right."""
    eye = cv2.resize(overlay(camera_image, sight), PANEL, interpolation=cv2.INTER_LINEAR)
    panel = np.vstack([eye, draw_map(agent, PANEL)])
    return np.ascontiguousarray(np.hstack([third_person, panel]))


def overlay(image: Image, sight: Sight) -> Image:
    """Return the camera image with walkable ground tinted green."""
    height, width = image.shape[:2]
    walkable = cv2.resize(sight.walkable.astype(np.float32), (width, height))
    mask = walkable[..., None] > 0.5
    tinted = 0.55 * image + 0.45 * np.array(WALKABLE)
    return np.where(mask, tinted, image).astype(np.uint8)


def draw_map(agent: Agent, size: tuple[int, int], half_width_m: float = 4.0) -> Image:
    """Return the map from above, robot in the centre and facing up, path, goal and command."""
    width, height = size
    x, y, yaw = agent.pose
    scale = width / (2 * half_width_m)
    centre = np.array([width / 2, height * 0.62])
    image = _map_image(agent, size, scale, centre)

    def pixel(point: NDArray[np.float64]) -> tuple[int, int]:
        forward, left = yaw_matrix(-yaw) @ (point - [x, y])
        u, v = centre + scale * np.array([-left, -forward])
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
    cv2.putText(image, text, (8, height - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (20, 20, 20), 1)
    return image


def _map_image(
    agent: Agent, size: tuple[int, int], scale: float, centre: NDArray[np.float64]
) -> Image:
    width, height = size
    x, y, yaw = agent.pose
    u, v = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    base = np.stack([(centre[1] - v) / scale, (centre[0] - u) / scale], axis=-1)
    cells = agent.map.grid.cells(base @ yaw_matrix(yaw).T + [x, y])
    inside = agent.map.grid.contains(cells)
    cells[~inside] = 0
    row, column = cells[..., 0], cells[..., 1]
    image = np.full((height, width, 3), UNKNOWN, dtype=np.uint8)
    image[agent.map.known_floor[row, column] & inside] = FLOOR
    image[agent.map.obstacles[row, column] & inside] = OBSTACLE
    return image
