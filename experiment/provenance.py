"""Provenance of a result: the commit of the code and the hardware that ran it."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

# Commit of code outside a git checkout, and suffix of a commit with uncommitted changes.
UNKNOWN, DIRTY = "unknown", "-dirty"


def current_commit() -> str:
    """Return the short hash of the code's commit, with ``DIRTY`` after changes, or ``UNKNOWN``."""
    command = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
    try:
        result = subprocess.run(
            command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return UNKNOWN
    return result.stdout.strip()


def processor() -> str:
    """Return the processor's model name, or the machine's architecture if the name is unknown."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def hardware(threads: int, device: str = "cpu") -> str:
    """Return the processor, its cores, the threads used, and the GPU's name if one was used.

    Args:
        threads: Number of threads that the run used.
        device: The run's torch device, cpu or cuda.
    """
    gpu = ""
    if device == "cuda":
        import torch  # Only a run on a GPU has imported it already.

        gpu = f"; {torch.cuda.get_device_name()}"
    return f"{processor()}, {os.cpu_count()} cores, {threads} thread(s) used{gpu}"
