"""Asks a web server the same kind of question from several threads: `python -m bench.load`, JSON in, JSON out.

A process of its own and bare sockets, so that it takes little of the time it measures. One connection a
request, as a proxy before sync workers makes them.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time


def _ask(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(request)
        received = []
        while piece := link.recv(1 << 16):
            received.append(piece)
    return b"".join(received)


def main() -> None:
    order = json.load(sys.stdin)
    requests = [
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nCookie: sessionid={session}\r\n\r\n".encode()
        for path, session in order["requests"]
    ]
    begin, over = threading.Barrier(order["threads"] + 1), time.monotonic() + 3600
    times: list[float] = []
    wrong: list[str] = []

    def work(number: int) -> None:
        place = number
        begin.wait()
        while time.monotonic() < over:
            asked = time.perf_counter()
            answer = _ask(order["port"], requests[place % len(requests)])
            times.append(time.perf_counter() - asked)
            place += order["threads"]
            if not answer.startswith(b"HTTP/1.1 200 ") or order["holds"].encode() not in answer:
                wrong.append(answer[:80].decode(errors="replace"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(order["threads"])]
    for thread in threads:
        thread.start()
    begin.wait()
    begun = time.monotonic()
    over = begun + order["seconds"]
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - begun
    ordered = sorted(times)
    json.dump(
        {
            "per_second": len(times) / seconds,
            "requests": len(times),
            "wrong": wrong[:3],
            "p50": ordered[len(ordered) // 2] * 1000,
            "p95": ordered[len(ordered) * 95 // 100] * 1000,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
