from __future__ import annotations

from drive2walk.doctor.renderer import examine_renderer, try_renderer


def test_a_renderer_that_works_is_fine() -> None:
    assert examine_renderer("egl", lambda name: (50.0, "")).state == "ok"


def test_another_renderer_that_works_is_named() -> None:
    finding = examine_renderer("egl", lambda name: (9.0 * (name == "osmesa"), "no libEGL"))
    assert finding.state == "fault"
    assert "no libEGL" in finding.found
    assert "MUJOCO_GL=osmesa" in finding.advice


def test_without_any_the_packages_are_named() -> None:
    finding = examine_renderer("", lambda name: (0.0, "no OpenGL"))
    assert "libegl1" in finding.advice


def test_a_renderer_that_is_off_gives_its_own_reason() -> None:
    rate, reason = try_renderer("off")
    assert rate == 0
    assert reason
