"""The scenes that can be built, by name."""

from __future__ import annotations

from collections.abc import Callable

from envs.scenes.office import build_office
from envs.scenes.scene import Scene
from envs.scenes.street import build_street

SCENES: dict[str, Callable[[int], Scene]] = {"office": build_office, "street": build_street}
