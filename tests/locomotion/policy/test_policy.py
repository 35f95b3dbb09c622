from pathlib import Path

import numpy as np
import pytest
import torch

from drive2walk.experiment.errors import WeightsError
from drive2walk.locomotion.policy.policy import Policy


def a_policy(rng: np.random.Generator) -> Policy:
    shapes = [(16, 5), (16, 16), (3, 16)]
    return Policy(
        tuple(rng.normal(size=s).astype(np.float32) for s in shapes),
        tuple(rng.normal(size=s[0]).astype(np.float32) for s in shapes),
        {"robot": "someone", "gait": {"step_s": 0.3}},
    )


def test_it_computes_what_torch_does(rng: np.random.Generator) -> None:
    policy = a_policy(rng)
    layers = []
    for weight, bias in zip(policy.weights, policy.biases, strict=True):
        layer = torch.nn.Linear(weight.shape[1], weight.shape[0])
        layer.weight.data, layer.bias.data = torch.from_numpy(weight), torch.from_numpy(bias)
        layers += [layer, torch.nn.ELU()]
    network = torch.nn.Sequential(*layers[:-1])
    observation = rng.normal(size=(20, 5)).astype(np.float32)
    expected = network(torch.from_numpy(observation)).detach().numpy()
    assert policy(observation) == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_round_trip(rng: np.random.Generator, tmp_path: Path) -> None:
    policy = a_policy(rng)
    policy.save(tmp_path / "p.safetensors")
    again = Policy.load(tmp_path / "p.safetensors")
    observation = rng.normal(size=(2, 5)).astype(np.float32)
    assert (again(observation) == policy(observation)).all()
    assert again.metadata == policy.metadata
    assert [p.name for p in tmp_path.iterdir()] == ["p.safetensors"]


def test_missing_corrupt_and_foreign_files_are_named(
    rng: np.random.Generator, tmp_path: Path
) -> None:
    path = tmp_path / "p.safetensors"
    with pytest.raises(WeightsError, match=r"p\.safetensors"):
        Policy.load(path)
    path.write_bytes(b"nonsense")
    with pytest.raises(WeightsError, match="not a safetensors file"):
        Policy.load(path)
    a_policy(rng).save(path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(WeightsError, match="not a safetensors file"):
        Policy.load(path)
    from safetensors.numpy import save_file

    save_file({"a": np.zeros(2)}, str(path))
    with pytest.raises(WeightsError, match="no walking policy"):
        Policy.load(path)
