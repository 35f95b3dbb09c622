import torch

from perception.trunk import Block, SqueezeExcitation, Trunk, TrunkConfig


def test_regnet_y_400mf_has_the_published_number_of_parameters() -> None:
    config = TrunkConfig(widths=(48, 104, 208, 440), depths=(1, 3, 6, 6), group_width=8)
    # torchvision gives 4,344,144 for the model, of which 440 * 1000 + 1000 are the classifier.
    assert sum(p.numel() for p in Trunk(config).parameters()) == 4_344_144 - 441_000


def test_names_follow_the_published_state_dict() -> None:
    keys = set(Trunk(TrunkConfig()).state_dict())
    assert {
        "stem.0.weight",
        "trunk_output.block1.block1-0.proj.0.weight",
        "trunk_output.block2.block2-1.f.b.1.running_mean",
        "trunk_output.block3.block3-4.f.se.fc1.bias",
        "trunk_output.block4.block4-0.f.c.1.weight",
    } <= keys


def test_features_halve_five_times() -> None:
    features = Trunk(TrunkConfig()).eval()(torch.zeros(1, 3, 64, 96))
    assert [tuple(f.shape[2:]) for f in features] == [(32, 48), (16, 24), (8, 12), (4, 6), (2, 3)]
    assert [f.shape[1] for f in features] == [32, 32, 64, 160, 352]


def test_a_block_that_changes_nothing_has_no_projection() -> None:
    assert Block(16, 16, 1, TrunkConfig()).proj is None
    assert Block(16, 16, 2, TrunkConfig()).proj is not None


def test_squeeze_excitation_scales_whole_channels() -> None:
    torch.manual_seed(0)
    x = torch.rand(2, 8, 5, 4) + 0.5
    gates = SqueezeExcitation(8, 2)(x) / x
    assert torch.allclose(gates, gates[:, :, :1, :1].expand_as(gates))
    assert (gates > 0).all()
    assert (gates < 1).all()
