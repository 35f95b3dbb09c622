"""The array types that annotations use; a shape stands where the array is described."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ids = NDArray[np.intp]
Image = NDArray[np.uint8]
