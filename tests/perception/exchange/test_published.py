import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from drive2walk.experiment.errors import WeightsError
from drive2walk.perception.datasets.camvid import CamVid
from drive2walk.perception.exchange.published import import_published, read_tensors_only
from drive2walk.perception.inference.predictor import Predictor
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.network.trunks.registry import PUBLISHED
from drive2walk.perception.network.trunks.twinlitenet import TwinLiteNetDecoder, TwinLiteNetTrunk
from drive2walk.perception.network.weights import has_heads, load_trunk, load_weights, read_config
from drive2walk.robot.surfaces import SURFACES

SHARED = Path(__file__).parents[4] / "shared"
REAL = {
    "twinlitenet": SHARED / "weights" / "twinlitenet_bdd100k.pth",
    "espnet": SHARED / "weights" / "espnet_p2_q8_cityscapes.pth",
}
CAMVID = SHARED / "camvid"
needs_weights = pytest.mark.skipif(
    not all(path.is_file() for path in REAL.values()), reason="the published weights are not here"
)
needs_camvid = pytest.mark.skipif(not CAMVID.is_dir(), reason="CamVid is not here")


def published_twinlitenet() -> dict[str, Tensor]:
    """Return a state dict of random numbers with the published names."""
    torch.manual_seed(0)
    state = {}
    for part, module in (("encoder.", TwinLiteNetTrunk()), ("", TwinLiteNetDecoder())):
        for name, tensor in module.state_dict().items():
            for level in ("level2_0", "level3_0"):
                name = name.replace(f"{level}.bn.", f"{level}.")
            state[f"module.{part}{name}"] = tensor
    return state


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "theirs.pth"
    torch.save(published_twinlitenet(), path)
    return path


class MaliciousObject:
    """An object that makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple:
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("old_format", [False, True])
def test_code_in_a_weight_file_is_refused_and_not_run(tmp_path: Path, old_format: bool) -> None:
    path, folder = tmp_path / "evil.pth", tmp_path / "was_here"
    content = {"module.encoder.level1.conv.weight": torch.zeros(1), "x": MaliciousObject(folder)}
    if old_format:
        path.write_bytes(pickle.dumps(content["x"]))
    else:
        torch.save(content, path)
    with pytest.raises(WeightsError, match="isn't run") as caught:
        import_published("twinlitenet", path, tmp_path / "out")
    assert "\n" not in str(caught.value)
    assert not folder.exists()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kept", [0, 100, 20_000])
def test_a_cut_off_file_is_named(file: Path, tmp_path: Path, kept: int) -> None:
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(WeightsError, match=r"theirs\.pth") as caught:
        import_published("twinlitenet", file, tmp_path)
    assert "\n" not in str(caught.value)


def test_an_error_names_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"gone\.pth"):
        read_tensors_only(tmp_path / "gone.pth")
    with pytest.raises(WeightsError, match="Did you mean 'espnet'"):
        import_published("espnet2", tmp_path / "gone.pth", tmp_path)
    path = tmp_path / "nested.pth"
    torch.save({"epoch": 3, "state_dict": {}}, path)
    with pytest.raises(WeightsError, match="named tensors"):
        read_tensors_only(path)


@pytest.mark.parametrize("change", ["missing", "extra", "shape"])
def test_every_key_must_match(file: Path, tmp_path: Path, change: str) -> None:
    state = published_twinlitenet()
    name = "module.encoder.level2_0.bn.weight"
    if change == "missing":
        del state[name]
    else:
        state[f"{name}_more" if change == "extra" else name] = torch.zeros(3)
    torch.save(state, file)
    with pytest.raises(WeightsError, match=r"level2_0\.bn\.bn\.weight|level2_0\.bn\.weight_more"):
        import_published("twinlitenet", file, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_file_of_another_network_is_refused(file: Path, tmp_path: Path) -> None:
    for name in ("espnet", "regnety_400mf"):
        with pytest.raises(WeightsError, match="doesn't fit"):
            import_published(name, file, tmp_path / "out")


def test_an_imported_network_predicts_and_its_trunk_can_be_loaded(
    file: Path, tmp_path: Path
) -> None:
    path = import_published("twinlitenet", file, tmp_path / "out")
    card = path.with_suffix(".md").read_text()
    assert PUBLISHED["twinlitenet"].source in card
    assert str(tmp_path) not in card
    network, knowledge = load_weights(path)
    assert (knowledge.surfaces, knowledge.rest, knowledge.depth) == (("road",), True, False)
    prediction = Predictor(network, knowledge)(np.zeros((48, 64, 3), np.uint8), 80.0)
    assert prediction.depth_m is None
    assert np.allclose(prediction.probabilities.sum(axis=0), 1, atol=1e-5)
    # The walkable probability is that of the drivable class.
    with torch.no_grad():
        logits, _ = network.decoder.maps(network.trunk(torch.zeros(1, 3, 360, 480)))
    drivable = logits.softmax(dim=1)[0, 1]
    assert prediction.walkable.mean() == pytest.approx(drivable.mean().item(), abs=0.01)

    assert not has_heads(path)
    assert read_config(path).trunk == "twinlitenet"
    other = Network(NetworkConfig(trunk="twinlitenet", neck_width=8, head_width=8))
    head = other.surface_head.predict.weight.detach().clone()
    load_trunk(other, path)
    assert torch.equal(other.trunk.level1.conv.weight, network.trunk.level1.conv.weight)
    assert torch.equal(other.surface_head.predict.weight, head)
    with pytest.raises(WeightsError, match="'twinlitenet', the network has 'espnet'"):
        load_trunk(Network(NetworkConfig(trunk="espnet")), path)


def test_an_imagenet_trunk_starts_a_network_but_predicts_nothing(tmp_path: Path) -> None:
    torch.manual_seed(0)
    trunk = PUBLISHED["regnety_400mf"].trunk()
    classifier = nn.Linear(trunk.channels[-1], 1000).state_dict()
    state = trunk.state_dict() | {f"fc.{name}": tensor for name, tensor in classifier.items()}
    torch.save(state, tmp_path / "imagenet.pth")
    path = import_published("regnety_400mf", tmp_path / "imagenet.pth", tmp_path)
    with pytest.raises(WeightsError, match="without heads"):
        load_weights(path)
    network = Network(NetworkConfig(trunk="regnety_400mf"))
    load_trunk(network, path)
    for name, tensor in network.trunk.state_dict().items():
        assert torch.equal(tensor, trunk.state_dict()[name])


@needs_weights
@needs_camvid
@pytest.mark.parametrize(("name", "least"), [("twinlitenet", 0.6), ("espnet", 0.6)])
def test_the_published_networks_find_the_road(name: str, least: float, tmp_path: Path) -> None:
    predictor = Predictor.load(import_published(name, REAL[name], tmp_path))
    dataset = CamVid(CAMVID, "val")
    road = SURFACES.index("road")
    both, either = 0, 0
    for index in (10, 90):
        sample = dataset[index]
        found = predictor(sample.rgb).walkable_at(*sample.surfaces.shape) > 0.5
        found &= sample.surfaces != 255
        both += (found & (sample.surfaces == road)).sum()
        either += (found | (sample.surfaces == road)).sum()
    assert both / either > least
