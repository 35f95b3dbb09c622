"""The scenes by name."""

from __future__ import annotations

from collections.abc import Callable

from drive2walk.envs.scenes.indoor.office import build_hard_office, build_office
from drive2walk.envs.scenes.indoor.warehouse.warehouse import build_warehouse
from drive2walk.envs.scenes.outdoor.street import build_street
from drive2walk.envs.scenes.scene import Scene

SCENES: dict[str, Callable[[int], Scene]] = {
    "office": build_office,
    "office_hard": build_hard_office,
    "street": build_street,
    "warehouse": build_warehouse,
}
