"""A frame of the demo's film: third person, camera image with walkable ground, and map."""

from __future__ import annotations

import cv2
import numpy as np

from drive2walk.agent import Agent
from drive2walk.eyes import Sight
from drive2walk.films.map_picture import draw_map
from drive2walk.perception.inference.overlay import overlay_walkable
from drive2walk.perception.inference.predictor import WALKABLE_THRESHOLD
from drive2walk.robot.geometry.arrays import Image

# Width and height of the camera image and of the map, in pixels.
PANEL = (320, 240)


def compose_frame(third_person: Image, camera_image: Image, sight: Sight, agent: Agent) -> Image:
    """Return one RGB frame: third person on the left, camera image and map on the right."""
    camera = cv2.resize(tint_walkable(camera_image, sight), PANEL, interpolation=cv2.INTER_LINEAR)
    panel = np.vstack([camera, draw_map(agent, PANEL)])
    return np.ascontiguousarray(np.hstack([third_person, panel]))


def tint_walkable(image: Image, sight: Sight) -> Image:
    """Return the camera image (height, width, 3) with walkable ground tinted and outlined."""
    height, width = image.shape[:2]
    walkable = cv2.resize(sight.walkable.astype(np.float32), (width, height))
    return overlay_walkable(image, walkable > WALKABLE_THRESHOLD)
