"""``drive2walk release``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import tyro

from drive2walk.checkpoints.released import CHECKPOINTS


def release(
    run: Path,
    /,
    *,
    name: Annotated[str, tyro.conf.arg(name="as")],
    out: Path = CHECKPOINTS,
) -> None:
    """Evaluate a run and write its weights and card as a release.

    Refuses code with uncommitted changes, a run without a commit or without named data, and weights
    over 10 MB; then it writes nothing.

    Args:
        run: Folder of a finished run of locomotion train, perception pretrain or finetune.
        name: Name of the release, of a-z, 0-9 and _.
        out: Folder for NAME.safetensors and NAME.md.
    """
    from drive2walk.checkpoints.release import release_run

    print(release_run(run, name, out))
