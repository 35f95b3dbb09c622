import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from drive2walk.checkpoints.released import policy_path
from drive2walk.envs.walking.body import proprioception_of
from drive2walk.envs.walking.config import WalkingConfig
from drive2walk.envs.walking.env import WalkingEnv
from drive2walk.envs.walking.physics import training_physics
from drive2walk.experiment.errors import WeightsError
from drive2walk.locomotion.deployment.bundle import load_bundle
from drive2walk.locomotion.deployment.export import export_policy, find_sources
from drive2walk.locomotion.policy.policy import Policy
from drive2walk.locomotion.walking.from_policy import controller_from_policy
from drive2walk.locomotion.walking.single_robot import WalkingLegs
from drive2walk.robot.proprioception import Proprioception

FIELDS = ("joint_qpos", "joint_qvel", "projected_gravity", "gyro")
TICKS = 1000

# Replays a walk in a new interpreter and prints the packages that it has imported.
REPLAY = """
import sys
from pathlib import Path
import numpy as np
from drive2walk.locomotion.deployment.bundle import load_bundle
from drive2walk.locomotion.walking.single_robot import WalkingLegs
from drive2walk.robot.proprioception import Proprioception

walk = np.load("walk.npz")
sensed = [Proprioception(*values) for values in zip(*(walk[name] for name in FIELDS))]
legs = WalkingLegs(load_bundle(Path("policy.npz")), sensed[0])
np.save("targets.npy", [legs.step(*now) for now in zip(sensed, walk["command"])])
here = str(Path.cwd())
files = {name: str(getattr(module, "__file__", "")) for name, module in sys.modules.items()}
others = {name.split(".")[0] for name, file in files.items() if "-packages" in file}
ours = {name.split(".")[0] for name, file in files.items() if file.startswith(here)}
print(sorted(others), sorted(ours))
""".replace("FIELDS", repr(FIELDS))


@pytest.fixture(scope="module", params=["unitree_g1", "unitree_h1", "booster_t1"])
def policy(request: pytest.FixtureRequest) -> Policy:
    return Policy.load(policy_path(request.param))


@pytest.fixture(scope="module")
def bundle(policy: Policy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bundle")
    export_policy(policy, out)
    return out


def walk(policy: Policy) -> dict[str, np.ndarray]:
    """Walk for 20 s with changing commands and pushes; return what was measured and targeted."""
    controller = controller_from_policy(policy)
    height_m = controller.gait.parameters.height_m
    config = WalkingConfig(push_m_s=0.4, height_m=(height_m, height_m))
    physics = training_physics(controller.spec)
    env = WalkingEnv(controller.spec, physics, config, 1, num_threads=1, seed=3)
    legs = WalkingLegs(controller, _one(proprioception_of(env.state)))
    record: dict[str, list[np.ndarray]] = {name: [] for name in (*FIELDS, "command", "targets")}
    for _ in range(TICKS):
        sensed = _one(proprioception_of(env.state))
        targets = legs.step(sensed, env.command[0])
        for name in FIELDS:
            record[name].append(getattr(sensed, name).copy())
        record["command"].append(env.command[0].copy())
        record["targets"].append(targets)
        env.step(targets[None])
    return {name: np.array(values) for name, values in record.items()}


def _one(batch: Proprioception) -> Proprioception:
    return Proprioception(*(getattr(batch, name)[0] for name in FIELDS))


def test_a_bundle_walks_with_numpy_alone_like_the_trained_controller(
    policy: Policy, bundle: Path
) -> None:
    walked = walk(policy)
    assert np.ptp(walked["targets"], axis=0).max() > 0.3  # it walked
    np.savez(bundle / "walk.npz", **walked)
    # Without site-packages the interpreter finds neither the project nor numpy; numpy is added.
    numpy_at = f"import sys; sys.path.append({str(Path(np.__file__).parents[1])!r})\n"
    command = [sys.executable, "-S", "-c", numpy_at + REPLAY]
    finished = subprocess.run(command, cwd=bundle, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.split("\n")[0] == "['numpy'] ['drive2walk']"
    targets = np.load(bundle / "targets.npy")
    assert np.abs(targets - walked["targets"]).max() < 1e-4


def test_onnx_acts_as_the_policy_and_names_its_joints(policy: Policy, bundle: Path) -> None:
    session = onnxruntime.InferenceSession(bundle / "policy.onnx")
    seen = np.random.default_rng(1).normal(size=(5, policy.weights[0].shape[1]))
    (actions,) = session.run(["actions"], {"obs": seen.astype(np.float32)})
    assert actions == pytest.approx(policy(seen.astype(np.float32)), abs=1e-4)
    texts = {p.key: p.value for p in onnx.load(bundle / "policy.onnx").metadata_props}
    assert texts["joint_names"].split(",") == policy.metadata["joint_names"]
    for key in ("joint_stiffness", "joint_damping", "default_joint_pos", "action_scale"):
        assert [float(x) for x in texts[key].split(",")] == pytest.approx(policy.metadata[key])
    assert texts["command_names"].split(",")[:3] == ["vx", "vy", "wz"]
    assert texts["observation_names"].split(",") == policy.metadata["observation_names"]
    assert json.loads(texts["gait"]) == policy.metadata["gait"]
    assert "run_path" in texts


def test_a_bundle_contains_no_code_of_the_simulator() -> None:
    modules = find_sources(
        ("drive2walk.locomotion.deployment.bundle", "drive2walk.locomotion.walking.single_robot")
    )
    assert {
        "drive2walk.locomotion.gait.gait",
        "drive2walk.robot.kinematics.leg_kinematics",
    } <= modules.keys()
    assert (
        not {
            "drive2walk.robot.model",
            "drive2walk.locomotion.training.vec_env",
            "drive2walk.envs.walking.env",
        }
        & modules.keys()
    )


def test_a_file_that_is_no_bundle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="locomotion export"):
        load_bundle(tmp_path / "policy.npz")
    (tmp_path / "policy.npz").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(WeightsError, match="numpy archive"):
        load_bundle(tmp_path / "policy.npz")
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    with pytest.raises(WeightsError, match="that export wrote"):
        load_bundle(tmp_path / "other.npz")
