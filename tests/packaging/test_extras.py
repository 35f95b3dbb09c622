"""Each extra brings what its folders import: no folder needs a package of another extra."""

from __future__ import annotations

import subprocess
import sys

import pytest

SIM = {"mujoco", "mujoco_menagerie", "gymnasium", "fast_simplification", "av"}
TELEOP = {"mink", "daqp", "pyarrow", "websockets", "cryptography"}
TRAIN = {"stable_baselines3", "tensorboard"}
EXPORT = {"onnx", "onnxruntime"}
# Rooms whose modules may need a package of another extra.
OPTIONAL_ROOMS = {"exchange", "deployment", "training", "studies"}
EVERY = SIM | TELEOP | TRAIN | EXPORT

# Imports every module of the packages named, without some packages; prints what they missed.
IMPORT_ALL = """
import importlib, pkgutil, sys
missing = set(sys.argv[2].split(","))
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in missing:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Missing())
for root in sys.argv[1].split(","):
    package = importlib.import_module(root)
    for module in pkgutil.walk_packages(package.__path__, root + "."):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            print(module.name, error.name)
"""


def modules_that_fail(folders: str, installed: set[str]) -> dict[str, str]:
    """Return the modules of the folders that can't be imported, with the package they lack."""
    packages = ",".join(f"drive2walk.{name}" for name in folders.split())
    command = [sys.executable, "-c", IMPORT_ALL, packages, ",".join(EVERY - installed)]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(line.split(maxsplit=1) for line in shown.splitlines())


@pytest.mark.parametrize(
    ("folders", "installed", "may_lack"),
    [
        ("experiment perception commands.perception", set(), EXPORT),
        ("robot envs locomotion demo films play", SIM, EXPORT | TRAIN),
        ("teleop doctor", SIM | TELEOP, EXPORT),
    ],
)
def test_a_folder_needs_its_own_extra_alone(
    folders: str, installed: set[str], may_lack: set[str]
) -> None:
    failed = modules_that_fail(folders, installed)
    lacking = {name.split(".")[0] for name in failed.values()}
    assert lacking <= may_lack, failed
    for name in failed:
        assert OPTIONAL_ROOMS & set(name.split(".")), failed
