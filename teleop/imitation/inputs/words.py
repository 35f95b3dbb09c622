"""The words of a task as numbers: each word is hashed to one row of an embedding table."""

from __future__ import annotations

import re
import zlib

import numpy as np
from numpy.typing import NDArray

# Row 0 of the table stands for "no word".
NUM_ROWS = 256
MAX_WORDS = 20


def encode_words(text: str) -> NDArray[np.int64]:
    """Return the table's row of each word, (MAX_WORDS,), in the order of the text.

    The hash doesn't depend on a vocabulary, so a policy can be trained further on new tasks. Words
    after the first ``MAX_WORDS`` are left out.

    Args:
        text: Task in words.
    """
    rows = np.zeros(MAX_WORDS, dtype=np.int64)
    words = re.findall(r"[a-z0-9]+", text.lower())[:MAX_WORDS]
    for k, word in enumerate(words):
        rows[k] = 1 + zlib.crc32(word.encode()) % (NUM_ROWS - 1)
    return rows
