"""A training run's folder: it holds one run, which goes on in it and nowhere else."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from drive2walk.experiment.config import load_config
from drive2walk.experiment.errors import ConfigError

CONFIG = "config.yaml"


def require_own_folder(
    config: Any, out: Path, checkpoint: str, resume: bool, may_change: tuple[str, ...] = ()
) -> None:
    """Check that a run may write to ``out``.

    Args:
        config: the run's, a dataclass; ``out``/config.yaml holds that of the run that began there.
        out: the folder.
        checkpoint: name of the file by which a run goes on.
        resume: whether it is to go on from there.
        may_change: fields of the config that may then be others.

    Raises:
        ConfigError: ``out`` holds a run that is not to go on, or another one.
    """
    if not resume:
        if (out / checkpoint).exists():
            raise ConfigError(
                f"'{out}' holds a run already. Continue it with --resume, or give another --out."
            )
        return
    path = out / CONFIG
    if not path.is_file():
        return
    held = load_config(type(config), path, out)
    changed = {name: getattr(config, name) for name in may_change}
    if dataclasses.replace(held, **changed) != config:
        raise ConfigError(
            f"'{out}' holds a run with other settings. Resume it with --config {path}, "
            "or give another --out."
        )
