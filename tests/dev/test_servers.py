"""Ports of servers that the tests start."""

import socket
from contextlib import ExitStack, closing
from pathlib import Path

from dev.servers import OWN_PORTS, free_ports

OUTGOING = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_ports_are_different_and_can_be_listened_on():
    ports = free_ports(20)
    assert len(set(ports)) == 20
    with ExitStack() as stack:
        for port in ports:
            stack.enter_context(closing(socket.socket())).bind(("127.0.0.1", port))
        assert not set(free_ports(20)) & set(ports)


def test_no_outgoing_connection_takes_one_of_them():
    if OUTGOING.exists():
        first, last = map(int, OUTGOING.read_text().split())
        assert not set(OWN_PORTS) & set(range(first, last + 1))
