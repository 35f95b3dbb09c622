"""Exports a policy for robots, as ONNX and as a folder that needs Python and numpy alone."""

from __future__ import annotations

import ast
import importlib.util
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from drive2walk.experiment.errors import WeightsError
from drive2walk.locomotion.deployment.bundle import BUNDLE_FILE, save_bundle
from drive2walk.locomotion.gait.body import GaitBody
from drive2walk.locomotion.policy.observations import OBSERVATION_LIMIT
from drive2walk.locomotion.policy.policy import Policy
from drive2walk.locomotion.walking.from_policy import controller_from_policy

ONNX_FILE = "policy.onnx"
OPSET = 17
INPUT, OUTPUT = "obs", "actions"
# Largest difference of an action that is allowed between the exported network and the policy.
MAX_DIFFERENCE = 1e-4
CHECKED_OBSERVATIONS = 256
# Modules that a robot imports; the others follow from their imports.
ENTRY_MODULES = (
    "drive2walk.locomotion.deployment.bundle",
    "drive2walk.locomotion.walking.single_robot",
)
PROJECT = "drive2walk"


def export_policy(policy: Policy, out: Path) -> dict[str, Any]:
    """Write policy.onnx, policy.npz and the code that runs them to ``out``.

    Returns:
        ``difference``, the largest between ONNX Runtime's actions and the policy's, and
        ``modules``, the names of those written.

    Raises:
        WeightsError: The exported network's actions differ from the policy's.
    """
    controller = controller_from_policy(policy)
    graph = build_onnx_graph(policy)
    difference = measure_difference(policy, graph)
    if not difference <= MAX_DIFFERENCE:
        raise WeightsError(
            f"the exported network strays from the policy by {difference:.2g}, {MAX_DIFFERENCE:g} "
            f"is allowed, so '{out}' wasn't written. Check the policy with 'evaluate'."
        )
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(graph, str(out / ONNX_FILE))
    body = GaitBody.from_model(controller.spec, controller.gait.parameters)
    save_bundle(out / BUNDLE_FILE, policy, controller.spec, body)
    modules = find_sources(ENTRY_MODULES)
    for module, path in modules.items():
        folder = module if path.name == "__init__.py" else module.rpartition(".")[0]
        target = out / Path(*folder.split(".")) / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    (out / "README.md").write_text(_write_guide(policy), encoding="utf-8")
    return {"difference": difference, "modules": sorted(modules)}


def build_onnx_graph(policy: Policy) -> onnx.ModelProto:
    """Return the policy's network as a graph, (batch, observations) to (batch, actions)."""
    nodes, constants, value = [], [], INPUT
    last = len(policy.weights) - 1
    for index, (weight, bias) in enumerate(zip(policy.weights, policy.biases, strict=True)):
        layer = {f"layer{index}.weight": weight, f"layer{index}.bias": bias}
        constants += [numpy_helper.from_array(array, name) for name, array in layer.items()]
        result = OUTPUT if index == last else f"sum{index}"
        nodes.append(helper.make_node("Gemm", [value, *layer], [result], transB=1))
        if index < last:
            nodes.append(helper.make_node("Elu", [result], [f"elu{index}"]))
            value = f"elu{index}"
    inputs, outputs = policy.weights[0].shape[1], policy.weights[-1].shape[0]
    graph = helper.make_graph(
        nodes,
        "walking",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["batch", inputs])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["batch", outputs])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    helper.set_model_props(model, format_metadata(policy))
    onnx.checker.check_model(model)
    return model


def format_metadata(policy: Policy) -> dict[str, str]:
    """Return the policy's metadata as texts, which is how ONNX keeps them.

    Keys and lists (separated by commas) are those of policies that mjlab exports, so that its
    deployment code finds joint names, gains and scales; gait and residual are JSON.
    """
    values = {"run_path": "", **policy.metadata}
    return {key: _format_value(value) for key, value in values.items()}


def measure_difference(policy: Policy, graph: onnx.ModelProto) -> float:
    """Return the largest difference between ONNX Runtime's actions and the policy's."""
    limit = OBSERVATION_LIMIT
    shape = (CHECKED_OBSERVATIONS, policy.weights[0].shape[1])
    observation = np.random.default_rng(0).uniform(-limit, limit, shape).astype(np.float32)
    session = onnxruntime.InferenceSession(
        graph.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    (actions,) = session.run([OUTPUT], {INPUT: observation})
    return float(np.abs(actions - policy(observation)).max())


def find_sources(entries: tuple[str, ...]) -> dict[str, Path]:
    """Return the files of this project's modules that importing ``entries`` imports, by name.

    Imports inside functions don't count: a robot never calls those functions.
    """
    found: dict[str, Path] = {}
    waiting = list(entries)
    while waiting:
        module = waiting.pop()
        if module in found or module.split(".")[0] != PROJECT:
            continue
        origin = importlib.util.find_spec(module)
        assert origin is not None
        assert origin.origin is not None
        found[module] = Path(origin.origin)
        waiting.append(module.rpartition(".")[0])  # its package
        for node in ast.parse(found[module].read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.module:
                waiting.append(node.module)
    return found


def _format_value(value: Any) -> str:
    if isinstance(value, list) and not any(isinstance(item, list) for item in value):
        return ",".join(item if isinstance(item, str) else f"{item:.6g}" for item in value)
    return value if isinstance(value, str) else json.dumps(value)


def _write_guide(policy: Policy) -> str:
    joints = ", ".join(policy.metadata["joint_names"])
    commands = ", ".join(policy.metadata["command_names"])
    return f"""# Walking policy for {policy.metadata["robot"]}

This folder needs Python 3.11 or newer and numpy, nothing else. Call it 50 times a second:

```python
from pathlib import Path

import numpy as np

from drive2walk.locomotion.deployment.bundle import load_bundle
from drive2walk.locomotion.walking.single_robot import WalkingLegs
from drive2walk.robot.proprioception import Proprioception

def measure():  # joints in rad and rad/s, gravity's unit vector and the gyro in the pelvis' frame
    return Proprioception(joint_qpos, joint_qvel, projected_gravity, gyro)

legs = WalkingLegs(load_bundle(Path("{BUNDLE_FILE}")), measure())  # standing
targets = legs.step(measure(), np.array([0.5, 0.0, 0.0]))  # joint positions in rad
```

- Joints, in this order: {joints}
- Command: {commands}; m/s, m/s, rad/s and m
- Position gains: `joint_stiffness`, `joint_damping` in {ONNX_FILE}'s metadata
- {ONNX_FILE} is the network alone (`{INPUT}` -> `{OUTPUT}`); the gait around it is code
"""
