"""A small world for recordings: an arm pushes a box on the floor, in view of one camera."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from drive2walk.teleop.dataset.files.episode import RecordingSetup, VideoCamera
from drive2walk.teleop.dataset.publish import publish
from drive2walk.teleop.recording.recorder import Recorder

STATE = mujoco.mjtState.mjSTATE_INTEGRATION
CAMERA = VideoCamera("head", "eye", 64, 48)
SETUP = RecordingSetup("unitree_g1", 50, (CAMERA,), {"action": ["swing"]})
TASK = "push the box"
SUB_STEPS = 5
XML = """
<mujoco>
  <option timestep="0.004" integrator="implicitfast"/>
  <visual><global offwidth="64" offheight="48"/></visual>
  <worldbody>
    <light pos="0 0 3"/>
    <camera name="eye" pos="0 -2 1" xyaxes="1 0 0 0 .4 1"/>
    <geom name="floor" type="plane" size="3 3 .1" rgba=".8 .8 .8 1"/>
    <body name="box" pos="{x} .3 .11"><freejoint name="box"/>
      <geom name="box" type="box" size=".1 .1 .1" mass="1" rgba=".8 .2 .1 1"/></body>
    <body name="arm" pos="0 0 .1"><joint name="swing" axis="0 0 1" damping=".1"/>
      <geom name="arm" type="capsule" size=".05" fromto=".1 0 0 .5 0 0"/></body>
  </worldbody>
  <actuator><position joint="swing" kp="20" kv="2"/></actuator>
</mujoco>
"""


class ToyWorld:
    def __init__(self, seed: int) -> None:
        self.scene = {"task": "toy", "seed": seed}
        x = 0.3 + 0.05 * float(np.random.default_rng(seed).random())
        self.model = mujoco.MjModel.from_xml_string(XML.format(x=x))
        self.data = mujoco.MjData(self.model)

    def step(self, target_rad: float) -> None:
        self.data.ctrl[:] = target_rad
        mujoco.mj_step(self.model, self.data, nstep=SUB_STEPS)

    def state(self) -> NDArray[np.float64]:
        state = np.empty(mujoco.mj_stateSize(self.model, STATE))
        mujoco.mj_getState(self.model, self.data, state, STATE)
        return state

    def set_state(self, state: NDArray[np.float64]) -> None:
        mujoco.mj_setState(self.model, self.data, state, STATE)


def build(scene: dict[str, Any]) -> ToyWorld:
    return ToyWorld(scene["seed"])


def numbered(
    scene: dict[str, Any], qpos: NDArray[np.float64], camera: VideoCamera
) -> Iterator[NDArray[np.uint8]]:
    """Yield images that show their frame's number, as a bright or dark stripe per bit."""
    for k in range(len(qpos)):
        bits = (k >> np.arange(8)) & 1
        row = np.repeat(np.where(bits, 220, 30), camera.width // 8).astype(np.uint8)
        yield np.broadcast_to(row[None, :, None], (camera.height, camera.width, 3)).copy()


def number_of(image: NDArray[np.uint8]) -> int:
    """Return the number that an image of ``numbered`` shows."""
    stripes = image.mean(axis=(0, 2)).reshape(8, -1).mean(axis=1)
    return int(((stripes > 125) << np.arange(8)).sum())


def frame(world: ToyWorld, target_rad: float) -> dict[str, NDArray[np.float64]]:
    qpos, qvel = world.data.qpos, world.data.qvel
    return {
        "observation.state": np.concatenate([qpos, qvel]),
        "action": np.array([target_rad]),
        "operator.base": np.array([0.0, 0.0, 0.0, np.nan]),
        "sim.qpos": qpos,
        "sim.qvel": qvel,
        "sim.ctrl": np.array([target_rad]),
    }


def demonstrate(recorder: Recorder, seed: int, length: int, task: str = TASK) -> int:
    """Record an episode in which the arm swings at the box, and save it."""
    world = ToyWorld(seed)
    recorder.begin(task, world.scene, world.state(), world.model)
    swing(recorder, world, length)
    return recorder.save()


def swing(recorder: Recorder, world: ToyWorld, length: int) -> None:
    for _ in range(length):
        target = 1.2 * float(np.sin(3 * world.data.time))
        recorder.add(frame(world, target))
        world.step(target)


def record(root: Path, episodes: int, length: int = 25) -> None:
    """Record episodes with numbered images and publish them."""
    with Recorder(root, SETUP) as recorder:
        for seed in range(episodes):
            demonstrate(recorder, seed, length + seed)
        publish(root, numbered)


def record_forever(root: Path) -> None:
    """Record and publish until killed, and print the index of each saved episode."""
    with Recorder(root, SETUP) as recorder:
        while True:
            print(demonstrate(recorder, recorder.episodes, 20), flush=True)
            publish(root, numbered)
