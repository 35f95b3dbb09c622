"""Shortest paths over a grid of step costs (Dijkstra on eight neighbours)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

_NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))


class PathField:
    """The cheapest paths from every cell to one target cell.

    Args:
        cost: Cost of a step through each cell, (rows, columns), in cell widths; infinite where a
            cell is blocked. A step between two cells costs their mean, times its length.
        target: Cell (row, column) that every path leads to.

    Attributes:
        distance: Cost of the cheapest path from each cell, (rows, columns); infinite where there
            is none.
    """

    def __init__(self, cost: NDArray[np.float64], target: tuple[int, int]) -> None:
        self._shape = cost.shape
        graph = _step_graph(cost)
        start = int(np.ravel_multi_index(target, cost.shape))
        distance, self._next = dijkstra(
            graph, directed=False, indices=start, return_predecessors=True
        )
        self.distance: NDArray[np.float64] = distance.reshape(cost.shape)

    def path(self, start: tuple[int, int]) -> NDArray[np.int64]:
        """Return the cells (n, 2) from ``start`` to the target, (0, 2) where there is no path."""
        cell = int(np.ravel_multi_index(start, self._shape))
        if not np.isfinite(self.distance[start]):
            return np.zeros((0, 2), dtype=np.int64)
        cells = [cell]
        while (cell := int(self._next[cell])) >= 0:
            cells.append(cell)
        return np.stack(np.unravel_index(cells, self._shape), axis=-1)


def path_cost(cost: NDArray[np.float64], cells: NDArray[np.int64]) -> float:
    """Return the cost of the path ``cells`` (n, 2) by the measure of ``PathField``."""
    along = cost[cells[:, 0], cells[:, 1]]
    lengths = np.hypot(*np.diff(cells, axis=0).T)
    return float(((along[1:] + along[:-1]) / 2 * lengths).sum())


def _step_graph(cost: NDArray[np.float64]) -> csr_matrix:
    """Return the costs of all possible steps, a sparse (cells, cells) matrix."""
    index = np.arange(cost.size).reshape(cost.shape)
    rows, columns, weights = [], [], []
    for dr, dc in _NEIGHBOURS:
        here = (slice(0, cost.shape[0] - dr), slice(max(0, -dc), cost.shape[1] - max(0, dc)))
        there = (slice(dr, None), slice(max(0, dc), cost.shape[1] + min(0, dc)))
        step = (cost[here] + cost[there]) / 2 * np.hypot(dr, dc)
        passable = np.isfinite(step)
        rows.append(index[here][passable])
        columns.append(index[there][passable])
        weights.append(step[passable])
    edges = (np.concatenate(rows), np.concatenate(columns))
    return csr_matrix((np.concatenate(weights), edges), shape=(cost.size, cost.size))
