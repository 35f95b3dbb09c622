import pytest
import torch

from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.network.trunks.registry import DECODERS, PUBLISHED, TRUNKS
from drive2walk.robot.surfaces import SURFACES

SIZES = {"regnety_500k": 0.5e6, "regnety_2m": 2e6, "regnety_400mf": 4e6}


@pytest.mark.parametrize("name", TRUNKS)
def test_features_halve_from_stride_two_on(name: str) -> None:
    trunk = TRUNKS[name]().eval()
    with torch.no_grad():
        features = trunk(torch.rand(1, 3, 64, 96))
    assert [f.shape[1] for f in features] == list(trunk.channels)
    strides = [2 ** (i + 1) for i in range(len(features))]
    assert [tuple(f.shape[2:]) for f in features] == [(64 // s, 96 // s) for s in strides]


@pytest.mark.parametrize("name", TRUNKS)
def test_stages_hold_every_weight_once_and_compute_one_feature_each(name: str) -> None:
    trunk = TRUNKS[name]()
    stages = trunk.stages()
    assert len(stages) == len(trunk.channels)
    held = [id(p) for stage in stages for p in stage.parameters()]
    assert sorted(held) == sorted(id(p) for p in trunk.parameters())
    # A feature depends on its stage and earlier ones, and not on later ones.
    trunk.eval()
    x = torch.rand(1, 3, 64, 64)
    before = trunk(x)
    with torch.no_grad():
        for parameter in stages[-1].parameters():
            parameter.add_(1)
    after = trunk(x)
    assert all(torch.equal(a, b) for a, b in zip(before[:-1], after[:-1], strict=True))
    assert not torch.equal(before[-1], after[-1])


@pytest.mark.parametrize("name", TRUNKS)
def test_every_trunk_works_with_neck_and_heads(name: str) -> None:
    network = Network(NetworkConfig(trunk=name)).eval()
    with torch.no_grad():
        output = network(torch.rand(2, 3, 48, 64))
    assert output.surfaces.shape == (2, len(SURFACES), 24, 32)
    assert output.log_depth.shape == (2, 24, 32)
    assert torch.allclose(network.mean.flatten(), torch.tensor(network.trunk.mean))


@pytest.mark.parametrize(("name", "parameters"), SIZES.items())
def test_networks_have_the_size_of_their_name(name: str, parameters: float) -> None:
    count = sum(p.numel() for p in Network(NetworkConfig(trunk=name)).parameters())
    assert count == pytest.approx(parameters, rel=0.06)


@pytest.mark.parametrize("name", DECODERS)
def test_a_published_decoder_gives_probabilities_at_half_size(name: str) -> None:
    torch.manual_seed(0)
    network = Network(NetworkConfig(trunk=name, published=True)).eval()
    with torch.no_grad():
        surfaces = network(torch.rand(2, 3, 48, 64)).surfaces
    assert surfaces.shape == (2, len(SURFACES), 24, 32)
    # The sum may be less than 1, because a network may have a class that is none of the surfaces.
    assert (surfaces.exp().sum(dim=1) < 1.001).all()
    known = PUBLISHED[name].surfaces
    assert known
    assert set(known) <= set(SURFACES)
