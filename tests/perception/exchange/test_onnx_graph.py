import json
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
import torch

from drive2walk.experiment.errors import DataError, WeightsError
from drive2walk.perception.exchange.export_run import run_export
from drive2walk.perception.exchange.onnx_check import (
    images_per_s,
    largest_difference,
    open_session,
    pink_noise_images,
)
from drive2walk.perception.exchange.onnx_graph import MAX_DIFFERENCE, ExportGraph, export_onnx
from drive2walk.perception.exchange.quantization import network_input
from drive2walk.perception.network.heads import EXCLUDED
from drive2walk.perception.network.network import Network, NetworkConfig
from drive2walk.perception.network.weights import Knowledge, save_weights
from drive2walk.robot.surfaces import SURFACES, TAXONOMY_VERSION


@pytest.fixture
def graph(tmp_path: Path, tiny_network: Network, walking_knowledge: Knowledge) -> Path:
    path = tmp_path / "walking.onnx"
    assert export_onnx(tiny_network, walking_knowledge, path) <= MAX_DIFFERENCE
    return path


def test_the_camera_image_is_the_only_input(graph: Path) -> None:
    # A deployed graph needs neither lidar nor depth.
    model = onnx.load(graph)
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    assert [value.name for value in inputs] == ["image"]
    shape = [d.dim_param or d.dim_value for d in inputs[0].type.tensor_type.shape.dim]
    assert shape == ["n", 3, "h", "w"]
    assert [value.name for value in open_session(str(graph)).get_inputs()] == ["image"]


@pytest.mark.parametrize("shape", [(1, 48, 64), (5, 32, 96), (2, 72, 40)])
def test_any_number_and_size_of_images(
    graph: Path,
    tiny_network: Network,
    walking_knowledge: Knowledge,
    shape: tuple[int, int, int],
) -> None:
    x = pink_noise_images(*shape)
    surfaces, log_depth = open_session(str(graph)).run(None, {"image": x})
    with torch.no_grad():
        output = tiny_network(torch.from_numpy(x))
    taught = [SURFACES.index(name) for name in walking_knowledge.surfaces]
    assert np.allclose(surfaces[:, taught], output.surfaces[:, taught].numpy(), atol=MAX_DIFFERENCE)
    assert np.allclose(log_depth, output.log_depth.numpy(), atol=MAX_DIFFERENCE)


def test_untrained_surfaces_are_excluded(graph: Path) -> None:
    surfaces, _ = open_session(str(graph)).run(None, {"image": pink_noise_images(1, 48, 64)})
    taught = [SURFACES.index(name) for name in ("floor", "wall", "furniture")]
    others = np.delete(surfaces, taught, axis=1)
    assert (others == EXCLUDED).all()


def test_metadata_says_how_to_use_the_graph(graph: Path, tiny_network: Network) -> None:
    props = open_session(str(graph)).get_modelmeta().custom_metadata_map
    values = {key: json.loads(value) for key, value in props.items()}
    assert values["class_names"] == list(SURFACES)
    assert values["taught"] == ["floor", "wall", "furniture"]
    assert values["walkable"] == ["floor"]
    assert values["input_size"] == [64, 48]
    assert values["taxonomy_version"] == TAXONOMY_VERSION
    assert values["network"]["trunk"] == tiny_network.config.trunk
    assert "0.485" in values["normalisation"]


def test_a_graph_that_differs_from_pytorch_is_refused(
    tmp_path: Path,
    tiny_network: Network,
    walking_knowledge: Knowledge,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("drive2walk.perception.exchange.onnx_graph.MAX_DIFFERENCE", 0.0)
    monkeypatch.setattr(
        "drive2walk.perception.exchange.onnx_graph.largest_difference", lambda *_: float("nan")
    )
    with pytest.raises(WeightsError, match="differs from PyTorch"):
        export_onnx(tiny_network, walking_knowledge, tmp_path / "x.onnx")
    assert not (tmp_path / "x.onnx").exists()


def test_the_largest_difference_sees_a_changed_weight(
    graph: Path, tiny_network: Network, walking_knowledge: Knowledge
) -> None:
    with torch.no_grad():
        tiny_network.depth_head.predict.bias.add_(0.25)
    changed = ExportGraph(tiny_network, walking_knowledge)
    assert largest_difference(changed, open_session(str(graph)), (64, 48)) == pytest.approx(
        0.25, abs=MAX_DIFFERENCE
    )


def test_a_published_network_can_be_exported(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = Network(NetworkConfig(trunk="twinlitenet", published=True)).eval()
    knowledge = Knowledge(("road",), False, ("road",), (64, 48), rest=True)
    assert export_onnx(network, knowledge, tmp_path / "x.onnx") <= MAX_DIFFERENCE
    surfaces, _ = open_session(str(tmp_path / "x.onnx")).run(
        None, {"image": pink_noise_images(1, 48, 64)}
    )
    # It distinguishes road from the rest, so no surface is excluded.
    assert (surfaces > EXCLUDED).all()


def test_pink_noise_has_more_contrast_at_large_distances() -> None:
    images = pink_noise_images(2, 64, 96)
    assert images.shape == (2, 3, 64, 96)
    assert images.min() >= 0
    assert images.max() <= 1
    near = np.abs(np.diff(images, axis=3)).mean()
    far = np.abs(images[..., 16:] - images[..., :-16]).mean()
    assert far > 1.5 * near


def test_speed_is_that_of_the_median_run(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(10_000))
    monkeypatch.setattr(
        "drive2walk.perception.exchange.onnx_check.time.perf_counter", lambda: next(ticks) / 100
    )
    assert images_per_s(open_session(str(graph))) == pytest.approx(100)


def test_an_export_writes_graphs_and_measurements(
    tmp_path: Path, tiny_network: Network, walking_knowledge: Knowledge
) -> None:
    weights = tmp_path / "walking.safetensors"
    save_weights(weights, tiny_network, walking_knowledge)
    images = []
    for index, image in enumerate(pink_noise_images(4, 48, 64)):
        images.append(tmp_path / f"{index}.png")
        cv2.imwrite(str(images[-1]), (255 * image).astype(np.uint8).transpose(1, 2, 0))
    out = tmp_path / "out"
    run_export(weights, out, images)
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["largest_difference"] <= metrics["allowed_difference"]
    assert metrics["int8"]["same_class_as_float32"] > 0.8
    assert metrics["int8"]["bytes"] < metrics["float32"]["bytes"]
    small = open_session(str(out / "walking.int8.onnx"))
    assert small.get_modelmeta().custom_metadata_map["class_names"]
    assert small.run(None, {"image": pink_noise_images(2, 64, 48)})[0].shape == (2, 17, 32, 24)


def test_an_error_names_a_calibration_image_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "cut.png"
    whole = cv2.imencode(".png", np.full((8, 8, 3), 90, np.uint8))[1].tobytes()
    path.write_bytes(whole)
    assert network_input(path) == pytest.approx(90 / 255)
    path.write_bytes(whole[:40])
    with pytest.raises(DataError, match=r"cut\.png"):
        network_input(path)
