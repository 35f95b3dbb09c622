"""Commands of the eyes, by what they are for: looking, learning, data, networks, studies."""

from __future__ import annotations

from collections.abc import Callable

from drive2walk.commands.perception.data import inspect, reference
from drive2walk.commands.perception.learn import finetune, pretrain
from drive2walk.commands.perception.look import compare, evaluate, latency, predict
from drive2walk.commands.perception.networks import blend, export, import_published
from drive2walk.commands.perception.study import distill, transfer

COMMANDS: dict[str, Callable[..., None]] = {
    "predict": predict,
    "evaluate": evaluate,
    "pretrain": pretrain,
    "finetune": finetune,
    "compare": compare,
    "inspect": inspect,
    "reference": reference,
    "transfer": transfer,
    "distill": distill,
    "latency": latency,
    "import": import_published,
    "export": export,
    "blend": blend,
}
