import pytest
import torch

from drive2walk.perception.network.network import Network, NetworkConfig


@pytest.mark.parametrize("size", [(64, 64), (40, 72), (37, 51)])
def test_outputs_have_half_the_size_of_the_image(
    tiny_network: Network, size: tuple[int, int]
) -> None:
    output = tiny_network(torch.rand(2, 3, *size))
    half = tuple((side + 1) // 2 for side in size)
    assert output.surfaces.shape == (2, 17, *half)
    assert output.log_depth.shape == (2, *half)


def test_normalisation_is_part_of_the_network_but_not_of_its_state(tiny_network: Network) -> None:
    assert not {"mean", "std"} & set(tiny_network.state_dict())
    seen = []
    tiny_network.trunk.stem.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    grey = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1).expand(1, 3, 32, 32)
    tiny_network(grey)
    assert torch.allclose(seen[0], torch.zeros_like(seen[0]), atol=1e-6)


def test_the_released_shape_has_about_two_million_parameters() -> None:
    count = sum(p.numel() for p in Network(NetworkConfig()).parameters())
    assert 1.8e6 < count < 2.2e6


def test_both_heads_give_the_trunk_a_gradient(tiny_config: NetworkConfig) -> None:
    network = Network(tiny_config)
    for head in ("surfaces", "log_depth"):
        network.zero_grad()
        getattr(network(torch.rand(2, 3, 64, 64)), head).square().mean().backward()
        grad = network.trunk.stem[0].weight.grad
        assert grad is not None
        assert grad.abs().sum() > 0
