"""Binary STL meshes, thinned once for software rendering and kept in the user's cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import uuid
from pathlib import Path

import fast_simplification
import numpy as np
from numpy.typing import NDArray

from drive2walk.experiment.errors import AssetError

# The original meshes have up to 100,000 faces each and render at two frames a second on a CPU.
FACES_PER_MESH = 800

_STL_FACE = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])


def thinned_meshes(mesh_folder: Path) -> Path:
    """Return a folder with the STL meshes of ``mesh_folder``, of at most 800 faces each.

    They are made once and kept in the user's cache. The folder appears whole or not at all.

    Raises:
        AssetError: There are no meshes, or one can't be read.
    """
    meshes = sorted(p for p in mesh_folder.iterdir() if p.suffix.lower() == ".stl")
    if not meshes:
        raise AssetError(f"no STL meshes in '{mesh_folder}'. Reinstall the robot's files.")
    target = cache_folder() / f"{mesh_folder.parent.name}-{_fingerprint(meshes)}"
    if not target.is_dir():
        staging = target.with_name(f"{target.name}.{uuid.uuid4().hex}")
        staging.mkdir(parents=True)
        for mesh in meshes:
            _thin_mesh(mesh, staging / mesh.name)
        try:
            staging.rename(target)
        except OSError:  # another process was faster; its folder holds the same meshes
            shutil.rmtree(staging)
    return target


def cache_folder() -> Path:
    """Return the folder for files that drive2walk can make again."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "drive2walk"


def read_stl(path: Path) -> NDArray[np.float32]:
    """Return the triangles of a binary STL file, (num_faces, 3 corners, 3), in metres.

    Raises:
        AssetError: The file is not a whole binary STL.
    """
    data = path.read_bytes()
    count = struct.unpack_from("<I", data, 80)[0] if len(data) >= 84 else -1
    if len(data) != 84 + 50 * count:
        raise AssetError(f"'{path}' is not a binary STL mesh. Reinstall the robot's files.")
    faces = np.frombuffer(data, dtype=_STL_FACE, offset=84, count=count)
    return faces["corners"].copy()


def write_stl(path: Path, triangles: NDArray[np.float32]) -> None:
    """Write triangles (num_faces, 3, 3) as a binary STL file; readers derive the normals."""
    faces = np.zeros(len(triangles), dtype=_STL_FACE)
    faces["corners"] = triangles
    path.write_bytes(bytes(80) + struct.pack("<I", len(triangles)) + faces.tobytes())


def _thin_mesh(source: Path, target: Path) -> None:
    triangles = read_stl(source)
    if len(triangles) <= FACES_PER_MESH:
        shutil.copyfile(source, target)
        return
    points, index = np.unique(triangles.reshape(-1, 3), axis=0, return_inverse=True)
    points, faces = fast_simplification.simplify(
        points, index.reshape(-1, 3).astype(np.int32), target_count=FACES_PER_MESH
    )
    write_stl(target, points[faces])


def _fingerprint(meshes: list[Path]) -> str:
    digest = hashlib.sha256(str(FACES_PER_MESH).encode())
    for mesh in meshes:
        digest.update(f"{mesh.name}:{mesh.stat().st_size}".encode())
    return digest.hexdigest()[:12]
