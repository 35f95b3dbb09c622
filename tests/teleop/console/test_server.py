"""The server with clients that aren't browsers, most of them hostile."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from typing import Any

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from drive2walk.experiment.errors import ConfigError
from drive2walk.teleop.console.console import Console, ConsoleOptions
from drive2walk.teleop.console.video.video import VideoSource
from drive2walk.teleop.operator import guard as safety
from drive2walk.teleop.operator.limits import OperatorLimits
from tests.teleop.console import client
from tests.teleop.console.client import Steering, hear
from tests.teleop.console.conftest import ControlLoop, StartConsole


def dial(loop: ControlLoop, host: str = "", origin: str | None = None) -> ClientConnection:
    return client.dial(loop.console, loop.held_open, host, origin)


def join(loop: ControlLoop) -> ClientConnection:
    return client.join(loop.console, loop.held_open)


@pytest.fixture
def loop(start_console: StartConsole) -> ControlLoop:
    return start_console()


def walk(loop: ControlLoop) -> Steering:
    """Return an operator that makes the robot walk."""
    steering = Steering(join(loop))
    loop.until(lambda guarded: guarded.hold is None)
    steering.keys = ["KeyW"]
    loop.until(lambda guarded: guarded.input.base[0] > 0)
    return steering


def test_the_page_is_served_with_a_content_security_policy(loop: ControlLoop) -> None:
    page = http.client.HTTPConnection("127.0.0.1", client.port(loop.console))
    page.request("GET", "/")
    response = page.getresponse()
    body = response.read().decode()
    assert response.status == 200
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert client.token(loop.console) not in body
    page.close()


@pytest.mark.parametrize(
    "path", ["/../console.py", "/%2e%2e/console.py", "/page", "/vr", "/key.pem"]
)
def test_other_paths_are_not_found(loop: ControlLoop, path: str) -> None:
    page = http.client.HTTPConnection("127.0.0.1", client.port(loop.console))
    page.request("GET", path)
    assert page.getresponse().status == 404
    page.close()


def test_two_host_names_are_refused(loop: ControlLoop) -> None:
    page = http.client.HTTPConnection("127.0.0.1", client.port(loop.console))
    page.putrequest("GET", "/", skip_host=True)
    for _ in range(2):
        page.putheader("Host", f"127.0.0.1:{client.port(loop.console)}")
    page.endheaders()
    assert page.getresponse().status == 403
    page.close()


def test_a_foreign_host_name_is_refused(loop: ControlLoop) -> None:
    page = http.client.HTTPConnection("127.0.0.1", client.port(loop.console))
    page.request("GET", "/", headers={"Host": "evil.example"})
    assert page.getresponse().status == 403
    page.close()


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_a_foreign_origin_is_refused(loop: ControlLoop, origin: str) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        dial(loop, origin=origin)


def test_a_forwarded_port_works(loop: ControlLoop) -> None:
    socket = dial(loop, host="localhost:9000")
    socket.send(json.dumps({"token": client.token(loop.console)}))
    assert hear(socket, "hello")["role"] == "operator"
    socket.close()


@pytest.mark.parametrize("first", ['{"token": "guess"}', "{}", "nonsense", '{"seq": 1, "t": 0}'])
def test_a_page_without_the_token_gets_no_message_and_moves_nothing(
    loop: ControlLoop, first: str
) -> None:
    socket = dial(loop)
    socket.send(first)
    with pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401
    assert loop.guarded.hold == safety.NO_OPERATOR


def test_a_second_page_is_a_viewer_until_the_first_has_gone(loop: ControlLoop) -> None:
    first = walk(loop)
    second = join(loop)
    assert hear(second, "hello")["role"] == "viewer"
    second.send('{"take": true}')
    assert hear(second, "hello")["role"] == "viewer"
    assert loop.guarded.hold is None
    first.stop()
    first.socket.close()
    loop.until(lambda guarded: guarded.hold == safety.NO_OPERATOR)
    second.send('{"take": true}')
    assert hear(second, "hello")["role"] == "operator"
    second.close()


def test_a_viewer_that_steers_is_disconnected(loop: ControlLoop) -> None:
    first = walk(loop)
    second = join(loop)
    hear(second, "hello")
    second.send('{"seq": 9999, "t": 0, "keys": ["KeyS"]}')
    with pytest.raises(ConnectionClosed, match="4403"):
        hear(second, "nothing")
    assert loop.guarded.hold is None
    assert loop.input.base[0] > 0
    first.stop()
    first.socket.close()


@pytest.mark.parametrize(
    "bad",
    [
        "nonsense",
        "[]",
        '{"seq": 1}',
        '{"seq": 1, "t": NaN}',
        b"\x00\x01",
        '{"token": "again"}',
        '{"seq": 1, "t": 0, "keys": "' + "x" * 20000 + '"}',
    ],
    ids=[
        "not JSON",
        "not an object",
        "no time",
        "not a number",
        "bytes",
        "second token",
        "oversized",
    ],
)
def test_a_bad_message_ends_in_a_hold_and_the_console_serves_on(
    loop: ControlLoop, bad: str | bytes
) -> None:
    steering = walk(loop)
    steering.socket.send(bad)
    held = loop.until(lambda guarded: guarded.hold is not None, timeout_s=3)
    assert not held.input.base[:3].any()
    steering.stop()
    walk(loop).stop()  # the console still serves the next page


def test_silence_ends_in_a_hold_within_the_timeout(start_console: StartConsole) -> None:
    loop = start_console(limits=OperatorLimits())
    steering = walk(loop)
    steering.stop()
    end = time.monotonic()
    held = loop.until(lambda guarded: guarded.hold == safety.STALLED)
    assert held.input.time_s - end < 0.4
    assert not held.input.base[:3].any()
    steering.socket.close()


def test_each_event_arrives_once(loop: ControlLoop) -> None:
    steering = walk(loop)
    steering.events = ["record"]
    loop.until_event("record")
    steering.events = ["save"]
    loop.until_event("save")
    time.sleep(0.1)
    steering.stop()
    assert loop.events == ["record", "save"]
    steering.socket.close()


def test_the_video_follows_the_state(start_console: StartConsole) -> None:
    import cv2

    loop = start_console(video=True)
    socket = join(loop)

    def level() -> float:
        while not isinstance(jpeg := socket.recv(timeout=20), bytes):
            pass
        image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        return float(image.mean())

    assert level() == pytest.approx(128, abs=2)
    loop.state = np.array([200.0])
    assert max(level() for _ in range(10)) == pytest.approx(200, abs=2)
    loop.scene = {"task": "plain", "size": (24, 32)}
    socket.close()


def test_a_view_that_cannot_render_gives_the_reason(tmp_path: Any) -> None:
    options = ConsoleOptions(port=0)
    with Console("keyboard", options, OperatorLimits(), VideoSource(BlindView)) as console:
        loop = ControlLoop(console, OperatorLimits())
        socket = join(loop)
        assert "no OpenGL" in hear(socket, "no_video")["reason"]
        loop.console._video._process.join()  # type: ignore[union-attr]
        loop.console._video._thread.join()  # type: ignore[union-attr]
        # The end of the process doesn't replace this reason by a vaguer one.
        newest = loop.console._server._pages.newest["no_video"]
        assert "no OpenGL" in json.loads(newest)["reason"]
        socket.close()
        loop.close()


class BlindView:
    def __init__(self, scene: dict[str, Any]) -> None:
        raise ConfigError("no OpenGL on this machine")


def test_a_taken_port_is_named(loop: ControlLoop) -> None:
    with pytest.raises(ConfigError, match=f"port {client.port(loop.console)}.*--port"):
        Console("keyboard", ConsoleOptions(port=client.port(loop.console)), OperatorLimits())


def test_a_number_that_cannot_be_a_port_is_named() -> None:
    with pytest.raises(ConfigError, match="--port 70000: a port is from 0"):
        ConsoleOptions(port=70000)


def test_an_unknown_device_is_named() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'keyboard'"):
        Console("keybord", ConsoleOptions(port=0), OperatorLimits())


def test_the_local_network_is_served_over_tls_alone(start_console: StartConsole) -> None:
    loop = start_console(lan=True)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    page = http.client.HTTPSConnection("127.0.0.1", client.port(loop.console), context=context)
    page.request("GET", "/")
    assert page.getresponse().status == 200
    page.close()
    assert all(url.startswith("https://") for url in loop.console.urls)
    plain = http.client.HTTPConnection("127.0.0.1", client.port(loop.console), timeout=5)
    with pytest.raises((http.client.HTTPException, OSError)):
        plain.request("GET", "/")
        plain.getresponse()
    plain.close()
