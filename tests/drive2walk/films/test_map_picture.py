import numpy as np

from drive2walk.agent import Agent
from drive2walk.films.map_picture import FLOOR, OBSTACLE, UNKNOWN, draw_map
from drive2walk.robot.spec import load_robot


class StandingLegs:
    """Legs that stand at the start."""

    pose = (0.0, 0.0, 0.0)
    height_m = 0.76
    forward_speed_m_s = 0.0

    def step(self, body: object, command: np.ndarray) -> np.ndarray:
        return np.zeros(12)


def test_the_map_shows_ahead_at_the_top_and_left_on_the_left() -> None:
    agent = Agent(load_robot("unitree_g1"), StandingLegs(), goal=(2.0, 0.0))
    agent.map.mark_free(1.5, 0.0, radius_m=0.3)
    # A block that is ahead and to the left.
    blocked = agent.map.grid.cells(np.array([1.5, 1.5]))
    agent.map._obstacle[tuple(blocked)] = 1.0
    image = draw_map(agent, (320, 240))
    scale = 320 / 8.0
    row, column = round(240 * 0.62 - 1.5 * scale), 160
    assert tuple(image[row, column]) == FLOOR
    assert tuple(image[row - 2, column - round(1.55 * scale)]) == OBSTACLE
    assert tuple(image[row, column + round(1.5 * scale)]) == UNKNOWN
