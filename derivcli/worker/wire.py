"""What client and worker say to each other: one length and one value in each direction.

Both sides run the same Python as the same user, which is made sure of before; so `marshal` serves, the lightest there
is.
"""

from __future__ import annotations

import marshal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _socket import socket
    from typing import Any

# The first byte of a call: a command line to answer, a request for the worker's state, a request to end.
QUESTION, STATUS, END = b"Q", b"S", b"E"
# What a child says at once: it has the call.
TAKEN = b"A"
_LENGTH_BYTES = 8


def send(connection: socket, value: Any) -> None:
    """Send one value."""
    connection.sendall(packed(value))


def packed(value: Any) -> bytes:
    """A value with its length in front."""
    data = marshal.dumps(value)
    return len(data).to_bytes(_LENGTH_BYTES, "big") + data


def received(connection: socket) -> Any:
    """One value.

    Raises:
        EOFError: the other side is gone.
    """
    return marshal.loads(exactly(connection, int.from_bytes(exactly(connection, _LENGTH_BYTES), "big")))


def exactly(connection: socket, count: int) -> bytes:
    """So many bytes.

    Raises:
        EOFError: the other side is gone.
    """
    parts, left = [], count
    while left:
        part = connection.recv(min(left, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
