"""Films of trials: the robot from the side, and what its head camera sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import cv2
import mujoco
import numpy as np

from drive2walk.envs.sensors.camera import Camera
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.robot.geometry.arrays import Image
from drive2walk.robot.timing import CONTROL_DT_S
from drive2walk.teleop.imitation.evaluation.policy_trial import (
    PolicyEpisode,
    PolicyTrial,
    PolicyTrialConfig,
)
from drive2walk.teleop.imitation.policy_files import PolicyFiles

FILM_HZ = 10
WIDTH, HEIGHT = 320, 240
# Geom group of ceilings, which would hide the robot.
CEILINGS = 4
TEXT_COLOUR = (255, 255, 0)


def film_trials(
    config: PolicyTrialConfig,
    seeds: Sequence[int],
    files: PolicyFiles,
    controller: WalkingController,
    path: Path,
) -> Iterator[PolicyTrial]:
    """Run the trials of some seeds, write them to one film, and yield their outcomes.

    Args:
        config: Task and fault.
        seeds: Seeds of the worlds.
        files: Files of the policy.
        controller: Controller of the legs.
        path: The .mp4 file; what was written plays even if the program is killed.

    Raises:
        RenderError: This machine can't render.
    """
    policy = files.load()
    flags = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    with av.open(str(path), mode="w", options=flags) as container:
        stream = container.add_stream("libx264", rate=FILM_HZ)
        stream.width, stream.height, stream.pix_fmt = 2 * WIDTH, HEIGHT, "yuv420p"
        for seed in seeds:
            episode = PolicyEpisode(config, seed, policy, controller)
            for image in _draw_images(episode):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
            yield episode.result()
            episode.close()
        container.mux(stream.encode())


def _draw_images(episode: PolicyEpisode) -> Iterator[Image]:
    """Step an episode to its end, and yield the film's images (HEIGHT, 2 * WIDTH, 3)."""
    view = mujoco.MjvCamera()
    view.distance, view.azimuth, view.elevation = 2.6, 120.0, -25.0
    every = round(1 / (FILM_HZ * CONTROL_DT_S))
    with Camera(episode.world.model, view, WIDTH, HEIGHT, hidden_groups=(CEILINGS,)) as side:
        steps = 0
        while episode.step():
            steps += 1
            if steps % every == 0:
                view.lookat[:] = [*episode.world.base.position[:2], 0.7]
                yield np.hstack([side.rgb(episode.world.data), _draw_head_view(episode)])


def _draw_head_view(episode: PolicyEpisode) -> Image:
    """Return the head image with time, believed progress and uncertainty written over it."""
    image = cv2.resize(episode.head_image(), (WIDTH, HEIGHT))
    chunk = episode.device.chunk
    if chunk is not None:
        text = (
            f"{episode.world.time_s:.0f} s  {chunk.progress:.0%} done  "
            f"+-{1000 * chunk.uncertainty:.0f} mm"
        )
        cv2.putText(image, text, (6, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.45, TEXT_COLOUR, 1)
    return np.asarray(image, dtype=np.uint8)
