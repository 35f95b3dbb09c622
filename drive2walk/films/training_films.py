"""Films of a policy during its training, made by another process from the last saved policy."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

FILMS = "films"


class TrainingFilms:
    """Writes a film at intervals with ``drive2walk locomotion play --film``.

    Args:
        out: Folder of the training run.
        every_min: Minutes between two films; 0 makes no films.
    """

    def __init__(self, out: Path, every_min: float) -> None:
        self._out, self._every_s = out, every_min * 60
        self._filmed_at_s = time.monotonic()
        self._process: subprocess.Popen[str] | None = None

    def saved(self, samples: int) -> None:
        """Start a film of the policy that was saved after ``samples``, if a film is due."""
        running = self._process is not None and self._process.poll() is None
        due = 0 < self._every_s <= time.monotonic() - self._filmed_at_s
        if running or not due:
            return
        self.close()
        self._filmed_at_s = time.monotonic()
        film = self._out / FILMS / f"{samples:09d}.mp4"
        command = ["locomotion", "play", "--policy", str(self._out), "--film", str(film)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "drive2walk", *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """Wait for the film in progress, and print the reason if it failed."""
        process, self._process = self._process, None
        if process is None:
            return
        _, reason = process.communicate()
        if process.returncode:
            print(f"no film: {' '.join(reason.split())}", file=sys.stderr)
