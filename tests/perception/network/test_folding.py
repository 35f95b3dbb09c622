import torch
from torch import nn

from drive2walk.perception.network.folding import fold_batch_norms
from drive2walk.perception.network.network import Network


def test_a_folded_network_computes_the_same_without_any_batch_norm(tiny_network: Network) -> None:
    torch.manual_seed(1)
    for module in tiny_network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 2.0)
            nn.init.uniform_(module.bias, -1.0, 1.0)
            nn.init.uniform_(module.running_mean, -1.0, 1.0)
            nn.init.uniform_(module.running_var, 0.5, 2.0)
    quick = fold_batch_norms(tiny_network)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in quick.modules())
    assert any(isinstance(module, nn.BatchNorm2d) for module in tiny_network.modules())
    x = torch.rand(2, 3, 64, 96)
    with torch.no_grad():
        for a, b in zip(quick(x), tiny_network(x), strict=True):
            assert torch.allclose(a, b, rtol=1e-3, atol=1e-3)
