"""Name look-ups and connections within a limit of time; the same file is in both wire packages.

The operating system's look-up knows no limit that a caller could set, and neither do `requests` and `urllib3`: with a
name server that is silent it takes half a minute or more. It is done in a thread that nobody waits for longer; the
thread itself ends when the system gives up.
"""

import queue
import socket
import threading
from collections.abc import Callable
from typing import Any

import urllib3

# So many look-ups may hang at a time; who comes then is told at once.
MOST_HANGING = 16

_hanging = threading.BoundedSemaphore(MOST_HANGING)


def addresses(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of a name, in the order in which they are to be tried.

    :raises TimeoutError: they were not there in time
    :raises socket.gaierror: there is no such name
    """
    if _is_address(host):
        return [host]
    if not _hanging.acquire(blocking=False):
        raise TimeoutError("too many look-ups wait for an answer")
    answer: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_look_up, args=(host, port, answer), name=f"look up {host}", daemon=True).start()
    try:
        found = answer.get(timeout=max(seconds, 0.001))
    except queue.Empty:
        raise TimeoutError("the name was not looked up in time") from None
    if isinstance(found, OSError | UnicodeError):
        raise found
    return list(dict.fromkeys(entry[4][0] for entry in found))


def connect(connection: Any, plain: Callable[[], Any], left: Callable[[], float]) -> Any:
    """Return a socket of a urllib3 connection, whose name is looked up and whose addresses are tried within its time.

    :param plain: urllib3's own way, which gets an address instead of the name
    :param left: seconds that the whole call has left
    :raises urllib3.exceptions.HTTPError: what urllib3 itself would say
    """
    name, patience = connection._dns_host, connection.timeout
    limit = patience if isinstance(patience, int | float) else left()
    try:
        places = addresses(name.strip("[]"), connection.port, min(limit, left()))
    except TimeoutError as error:
        raise urllib3.exceptions.ConnectTimeoutError(connection, f"{name}: {error}") from error
    except (OSError, UnicodeError) as error:
        raise urllib3.exceptions.NewConnectionError(connection, f"{name}: {error}") from error
    failure: Exception | None = None
    for place in places:
        connection._dns_host, connection.timeout = place, max(min(limit, left()), 0.01)
        try:
            return plain()
        except (urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.NewConnectionError) as error:
            failure = error
        finally:
            connection._dns_host, connection.timeout = name, patience
        if left() <= 0:
            break
    raise failure or urllib3.exceptions.NewConnectionError(connection, f"{name}: it has no address")


def _look_up(host: str, port: int, answer: queue.SimpleQueue) -> None:
    try:
        answer.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError) as error:
        answer.put(error)
    finally:
        _hanging.release()


def _is_address(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host.partition("%")[0])
        except (OSError, ValueError):
            continue
        return True
    return False
