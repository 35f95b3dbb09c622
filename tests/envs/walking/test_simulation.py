import mujoco
import numpy as np
import pytest

from drive2walk.envs.walking.simulation import Simulation

BALL = """
<mujoco>
  <option timestep="0.01"/>
  <worldbody>
    <body pos="0 0 1"><freejoint/><geom size="0.1"/></body>
  </worldbody>
</mujoco>
"""


@pytest.fixture
def model() -> mujoco.MjModel:
    return mujoco.MjModel.from_xml_string(BALL)


def test_a_batch_steps_as_single_worlds_do(model: mujoco.MjModel) -> None:
    simulation = Simulation(model, 3, num_threads=2)
    simulation.qvel[1, 0] = 2.0
    simulation.step(5)
    data = mujoco.MjData(model)
    data.qvel[0] = 2.0
    mujoco.mj_step(model, data, 5)
    assert simulation.qpos[1] == pytest.approx(data.qpos, abs=0)
    assert simulation.qpos[0, 0] == 0.0


def test_reset_touches_only_its_rows(model: mujoco.MjModel) -> None:
    simulation = Simulation(model, 3)
    simulation.step(10)
    fallen = simulation.qpos[0].copy()
    fresh = np.tile(model.qpos0, (1, 1))
    simulation.reset(np.array([2]), fresh, np.ones((1, model.nv)))
    assert simulation.qpos[2] == pytest.approx(model.qpos0)
    assert simulation.qvel[2] == pytest.approx(np.ones(model.nv))
    assert simulation.qpos[0] == pytest.approx(fallen)


def test_step_returns_the_worlds_that_failed_in_it(
    model: mujoco.MjModel, capfd: pytest.CaptureFixture[str]
) -> None:
    simulation = Simulation(model, 4)
    assert len(simulation.step(1)) == 0
    simulation.qpos[2, 0] = np.nan
    assert simulation.step(1).tolist() == [2]
    assert len(simulation.step(1)) == 0
    simulation.qvel[[0, 2], 1] = 1e20
    assert simulation.step(1).tolist() == [0, 2]
