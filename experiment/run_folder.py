"""The folder of a training run: one run a folder, and a run resumes in its own folder."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from drive2walk.experiment.config import load_config
from drive2walk.experiment.errors import ConfigError

# File name of a run's resolved config.
CONFIG = "config.yaml"


def require_own_folder(
    config: Any, out: Path, checkpoint: str, resume: bool, may_change: tuple[str, ...] = ()
) -> None:
    """Check that a run may write to ``out``.

    Args:
        config: Config of the run, a dataclass. ``out``/config.yaml holds the config of the run
            that started there, if any.
        out: Folder of the run.
        checkpoint: File name of the checkpoint that a run resumes from.
        resume: Whether the run resumes from that checkpoint.
        may_change: Fields of the config that a resumed run may change.

    Raises:
        ConfigError: ``out`` holds a run and ``resume`` is false, or the run has other settings.
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
