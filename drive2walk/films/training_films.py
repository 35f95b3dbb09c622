"""Films of a policy while it trains: another process walks what the run last saved."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

FILMS = "films"


class TrainingFilms:
    """Writes a film every so often, by ``drive2walk locomotion play --film``.

    Args:
        out: folder of the training run.
        every_min: minutes between two films; 0 films nothing.
    """

    def __init__(self, out: Path, every_min: float) -> None:
        self._out, self._every_s = out, every_min * 60
        self._filmed = time.monotonic()
        self._process: subprocess.Popen[str] | None = None

    def saved(self, samples: int) -> None:
        """Begin a film of the policy that was just saved after ``samples``, if one is due."""
        running = self._process is not None and self._process.poll() is None
        due = 0 < self._every_s <= time.monotonic() - self._filmed
        if running or not due:
            return
        self.close()
        self._filmed = time.monotonic()
        film = self._out / FILMS / f"{samples:09d}.mp4"
        command = ["locomotion", "play", "--policy", str(self._out), "--film", str(film)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "drive2walk.cli", *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """Wait for the film that is being written, and say so if there is none."""
        process, self._process = self._process, None
        if process is None:
            return
        _, reason = process.communicate()
        if process.returncode:
            print(f"no film: {' '.join(reason.split())}", file=sys.stderr)
