import torch

from drive2walk.perception.network.trunks.regnety import (
    REGNETY_2M,
    REGNETY_400MF,
    Block,
    RegNetY,
    SqueezeExcitation,
    rename_keys,
)

# Published shape of RegNetY-400MF: widths of stem and groups, ratio of squeeze-excitation, and
# (width, depth) of each stage.
STEM, GROUP, SE_RATIO = 32, 8, 0.25
STAGES = [(48, 1), (104, 3), (208, 6), (440, 6)]
CLASSES = 1000


def published_shapes() -> dict[str, tuple[int, ...]]:
    """Return names and shapes of torchvision's regnet_y_400mf, derived from the published shape."""
    shapes: dict[str, tuple[int, ...]] = {}

    def conv_bn(name: str, out: int, inside: int, kernel: int) -> None:
        shapes[f"{name}.0.weight"] = (out, inside, kernel, kernel)
        for part in ("weight", "bias", "running_mean", "running_var"):
            shapes[f"{name}.1.{part}"] = (out,)
        shapes[f"{name}.1.num_batches_tracked"] = ()

    conv_bn("stem", STEM, 3, 3)
    before = STEM
    for stage, (width, depth) in enumerate(STAGES, 1):
        for index in range(depth):
            block = f"trunk_output.block{stage}.block{stage}-{index}"
            if index == 0:
                conv_bn(f"{block}.proj", width, before, 1)
            conv_bn(f"{block}.f.a", width, before, 1)
            conv_bn(f"{block}.f.b", width, GROUP, 3)
            squeezed = round(SE_RATIO * before)
            shapes[f"{block}.f.se.fc1.weight"] = (squeezed, width, 1, 1)
            shapes[f"{block}.f.se.fc1.bias"] = (squeezed,)
            shapes[f"{block}.f.se.fc2.weight"] = (width, squeezed, 1, 1)
            shapes[f"{block}.f.se.fc2.bias"] = (width,)
            conv_bn(f"{block}.f.c", width, width, 1)
            before = width
    return shapes


def test_regnety_400mf_takes_the_published_state_dict_key_by_key() -> None:
    trunk = RegNetY(REGNETY_400MF)
    ours = {name: tuple(tensor.shape) for name, tensor in trunk.state_dict().items()}
    assert ours == published_shapes()


def test_the_imagenet_classifier_is_left_out() -> None:
    published = {name: torch.zeros(shape) for name, shape in published_shapes().items()}
    published |= {"fc.weight": torch.zeros(CLASSES, 440), "fc.bias": torch.zeros(CLASSES)}
    assert set(rename_keys(published)) == {f"trunk.{name}" for name in published_shapes()}


def test_regnety_400mf_has_the_published_number_of_parameters() -> None:
    # torchvision gives 4,344,144 for the model, of which 440 * 1000 + 1000 are the classifier.
    count = sum(p.numel() for p in RegNetY(REGNETY_400MF).parameters())
    assert count == 4_344_144 - 441_000


def test_a_block_that_changes_nothing_has_no_projection() -> None:
    assert Block(16, 16, 1, REGNETY_2M).proj is None
    assert Block(16, 16, 2, REGNETY_2M).proj is not None


def test_squeeze_excitation_scales_whole_channels() -> None:
    torch.manual_seed(0)
    x = torch.rand(2, 8, 5, 4) + 0.5
    gates = SqueezeExcitation(8, 2)(x) / x
    assert torch.allclose(gates, gates[:, :, :1, :1].expand_as(gates))
    assert (gates > 0).all()
    assert (gates < 1).all()
