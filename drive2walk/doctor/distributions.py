"""Other distributions in this environment that own a folder with a name of this project."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import packages_distributions

from drive2walk.doctor.finding import Finding

OWN_DISTRIBUTION = "drive2walk"
PACKAGE = "drive2walk"
ROOMS = ("robot", "envs", "perception", "locomotion", "teleop", "experiment")


def examine_distributions(owners: Mapping[str, list[str]] | None = None) -> Finding:
    """Return which other distributions own a package with a name of this project.

    Args:
        owners: Distributions of each top-level package; None for those of this environment.
    """
    owners = packages_distributions() if owners is None else owners
    others = {
        name: sorted({owner for owner in owners.get(name, ()) if owner != OWN_DISTRIBUTION})
        for name in (PACKAGE, *ROOMS)
    }
    if others[PACKAGE]:
        found = f"{', '.join(others[PACKAGE])} also installs {PACKAGE}/"
        advice = f"uninstall {others[PACKAGE][0]}, then install {OWN_DISTRIBUTION} again"
        return Finding("packages", "fault", found, advice)
    named = [f"{name}/ belongs to {', '.join(owned)}" for name, owned in others.items() if owned]
    if named:
        advice = "nothing to do: this project's code lives under drive2walk. alone"
        return Finding("packages", "note", "; ".join(named), advice)
    return Finding("packages", "ok", "no other distribution has a package of these names")
