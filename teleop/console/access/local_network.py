"""The names and addresses of this machine in the local network."""

from __future__ import annotations

import ipaddress
import socket

from drive2walk.experiment.errors import ConfigError

# Nothing is sent: connecting a datagram socket only selects the address that would be used.
OUTSIDE = ("192.0.2.1", 9)
LAST_PORT = 65535


def lan_names() -> tuple[str, ...]:
    """Return this machine's addresses in the local network, and its host names."""
    name = socket.gethostname().lower()
    found = dict.fromkeys(address for address in _find_addresses(name) if _is_lan(address))
    return (*found, name, f"{name}.local")


def check_port(port: int) -> None:
    """Check that a number can be a port.

    Raises:
        ConfigError: It can't.
    """
    if not 0 <= port <= LAST_PORT:
        raise ConfigError(f"--port {port}: a port is from 0 (any free one) to {LAST_PORT}.")


def port_is_free(host: str, port: int) -> bool:
    """Return whether a server could listen at ``host`` and ``port`` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _find_addresses(name: str) -> list[str]:
    addresses = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(OUTSIDE)
            addresses.append(str(probe.getsockname()[0]))
        except OSError:
            # Without a route, only the host name's own addresses remain.
            pass
    try:
        rows = socket.getaddrinfo(name, None, socket.AF_INET)
    except OSError:
        rows = []
    return addresses + [str(row[4][0]) for row in rows]


def _is_lan(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    return not (ip.is_loopback or ip.is_link_local or ip.is_unspecified)
