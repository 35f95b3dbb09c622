"""A walking policy with its robot's spec and gait, in one file that numpy alone can read.

A robot needs no simulator, network library or config files: ``load_bundle`` returns the same
controller that was trained, from the same code.
"""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.config import build
from drive2walk.experiment.errors import WeightsError
from drive2walk.locomotion.gait.body import GaitBody
from drive2walk.locomotion.policy.policy import Policy
from drive2walk.locomotion.walking.controller import WalkingController
from drive2walk.locomotion.walking.from_policy import controller_from_policy
from drive2walk.robot.kinematics.leg_geometry import LegGeometry
from drive2walk.robot.spec import RobotSpec

FORMAT = "drive2walk walking bundle 2"
BUNDLE_FILE = "policy.npz"


def save_bundle(path: Path, policy: Policy, spec: RobotSpec, body: GaitBody) -> None:
    """Write a bundle; a reader never sees half a file.

    Args:
        path: File to write.
        policy: Walking policy.
        spec: Its robot.
        body: Measures of the robot that the gait needs.
    """
    arrays: dict[str, NDArray[Any]] = {}
    for index, (weight, bias) in enumerate(zip(policy.weights, policy.biases, strict=True)):
        arrays[f"layer{index}.weight"], arrays[f"layer{index}.bias"] = weight, bias
    for field in dataclasses.fields(LegGeometry):
        arrays[f"legs.{field.name}"] = getattr(body.legs, field.name)
    for name in _list_measures():
        arrays[f"body.{name}"] = np.asarray(getattr(body, name))
    texts = {"format": FORMAT, "policy": policy.metadata, "robot": dataclasses.asdict(spec)}
    arrays |= {f"text.{name}": np.array(json.dumps(value)) for name, value in texts.items()}
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    partial.replace(path)


def load_bundle(path: Path) -> WalkingController:
    """Return the controller of a bundle that ``save_bundle`` wrote.

    Raises:
        WeightsError: There is no such file, or it holds something else.
    """
    arrays = _read_arrays(path)
    if "text.format" not in arrays or json.loads(str(arrays["text.format"])) != FORMAT:
        raise WeightsError(f"'{path}' holds no walking bundle. Give one that export wrote.")
    count = sum(name.startswith("layer") for name in arrays) // 2
    policy = Policy(
        tuple(arrays[f"layer{i}.weight"] for i in range(count)),
        tuple(arrays[f"layer{i}.bias"] for i in range(count)),
        json.loads(str(arrays["text.policy"])),
    )
    spec = build(RobotSpec, json.loads(str(arrays["text.robot"])), str(path))
    names = [field.name for field in dataclasses.fields(LegGeometry)]
    legs = LegGeometry(**{name: arrays[f"legs.{name}"] for name in names})
    measures: dict[str, Any] = {name: arrays[f"body.{name}"] for name in _list_measures()}
    return controller_from_policy(policy, spec, GaitBody(legs=legs, **measures))


def _read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    if not path.is_file():
        raise WeightsError(f"no bundle '{path}'. Write one: drive2walk locomotion export.")
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            return dict(file)
    except (ValueError, OSError, zipfile.BadZipFile, AttributeError) as error:
        reason = " ".join(str(error).split())
        raise WeightsError(f"'{path}' is not a numpy archive: {reason}.") from error


def _list_measures() -> list[str]:
    """Return the names of a body's fields, without its legs."""
    return [field.name for field in dataclasses.fields(GaitBody) if field.name != "legs"]
