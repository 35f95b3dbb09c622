"""Which optional extra of the distribution brings a package that is missing."""

from __future__ import annotations

import importlib.metadata
import re

DISTRIBUTION = "drive2walk"
# The extra named where several bring a package: the smallest comes first.
ORDER = ("sim", "export", "teleop", "train")


def extras() -> dict[str, str]:
    """Return the extra that brings each optional package, by the package's import name.

    The table is the one in pyproject.toml, as the installed distribution states it. The import
    name is the distribution's name with ``_`` for ``-``, which holds for every optional package.
    """
    try:
        requirements = importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:  # run from a checkout without an install
        return {}
    found: dict[str, str] = {}
    for extra in reversed(ORDER):
        marker = re.compile(rf"""extra\s*==\s*['"]{extra}['"]""")
        for requirement in filter(marker.search, requirements):
            name = re.match(r"[A-Za-z0-9._-]+", requirement)
            if name is not None and name[0] != DISTRIBUTION:
                found[name[0].lower().replace("-", "_")] = extra
    return found


def missing_package(error: ModuleNotFoundError) -> str | None:
    """Return what to install after an import failed, or None if no extra brings the package."""
    package = (error.name or "").split(".")[0]
    extra = extras().get(package)
    if extra is None:
        return None
    return (
        f"this command needs the package '{package}'. "
        f"Run: pip install '{DISTRIBUTION}[{extra}]', or '{DISTRIBUTION}[all]' for everything."
    )
