"""Commands of the eyes: predict, evaluate, compare, pretrain, finetune."""

from __future__ import annotations

from collections.abc import Callable

from drive2walk.commands.perception.learn import finetune, pretrain
from drive2walk.commands.perception.look import compare, evaluate, predict

COMMANDS: dict[str, Callable[..., None]] = {
    "predict": predict,
    "evaluate": evaluate,
    "pretrain": pretrain,
    "finetune": finetune,
    "compare": compare,
}
