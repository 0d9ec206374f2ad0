#!/usr/bin/env python3
"""Publishes ticks as docs/protocol.md describes them, and says how many.

usage: publisher.py ENDPOINT FORM COUNT

Binds an XPUB socket to ENDPOINT (a port of 0 takes any free one), prints one line of JSON with the endpoint, waits
for the first subscription, sends COUNT ticks over four symbols, and prints one line of JSON with what it sent.
It goes on with heartbeats, in the form that has them, until its standard input is closed.
"""

import json
import select
import sys
import time
from decimal import Decimal

import zmq

SYMBOLS = {
    "EURUSD": (Decimal("1.08500"), Decimal("0.00020")),
    "GBPUSD": (Decimal("1.27000"), Decimal("0.00023")),
    "USDJPY": (Decimal("151.500"), Decimal("0.013")),
    "XAUUSD": (Decimal("2330.00"), Decimal("0.25")),
}
FORMS = [
    "sequenced", "single", "ea", "topic", "tick-topic", "capitals", "strings", "milliseconds",
]
WAIT_SECONDS = 30


def tick_frames(form, symbol, bid, ask, now, sequence, epoch):
    """The frames of one tick; prices are written with the digits they have."""
    name = f'"symbol":"{symbol}"'
    seconds = f"{now:.3f}"
    if form == "sequenced":
        body = (
            f'{{"type":"TICK",{name},"bid":{bid},"ask":{ask},"volume":1,'
            f'"timestamp":{seconds},"seq":{sequence},"epoch":{epoch}}}'
        )
    elif form == "single":
        body = f'{{{name},"bid":{bid},"ask":{ask},"timestamp":{seconds}}}'
    elif form == "ea":
        body = f'{{"type":"TICK",{name},"bid":{bid},"ask":{ask}}}'
    elif form in ("topic", "tick-topic"):
        body = (
            f'{{{name},"price":{bid},"bid":{bid},"ask":{ask},'
            f'"timestamp":{int(now)},"source":"python"}}'
        )
    elif form == "capitals":
        body = f'{{{name},"Bid":{bid},"Ask":{ask},"time":{seconds}}}'
    elif form == "strings":
        body = f'{{{name},"bid":"{bid}","ask":"{ask}","timestamp":"{seconds}"}}'
    else:
        body = f'{{{name},"bid":{bid},"ask":{ask},"timestamp":{int(now * 1000)}}}'
    frames = [body.encode()]
    if form == "topic":
        frames.insert(0, symbol.encode())
    elif form == "tick-topic":
        frames.insert(0, f"tick.{symbol}".encode())
    return frames


def heartbeat(epoch, sequences):
    """A frame with the last number of each symbol that has one."""
    streams = {symbol: last for symbol, last in sequences.items() if last > 0}
    beat = {"type": "HEARTBEAT", "epoch": epoch, "timestamp": time.time(), "streams": streams}
    return json.dumps(beat).encode()


def send(socket, frames):
    """Sends a message, waiting for room; a subscriber that takes nothing ends the program."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            socket.send_multipart(frames, zmq.DONTWAIT)
            return
        except zmq.Again:
            if time.monotonic() > deadline:
                sys.exit("publisher.py: a subscriber takes nothing")
            time.sleep(0.001)


def wait_for_subscription(socket):
    """Returns once a subscription message has come: its first byte is 1."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if socket.poll(100) and socket.recv()[:1] == b"\x01":
            return
    sys.exit("publisher.py: nobody subscribed")


def main(endpoint, form, count):
    if form not in FORMS:
        sys.exit(f"publisher.py: no form '{form}'; use one of {', '.join(FORMS)}")
    context = zmq.Context()
    socket = context.socket(zmq.XPUB)
    socket.setsockopt(zmq.XPUB_NODROP, 1)
    socket.setsockopt(zmq.SNDHWM, 100_000)
    socket.setsockopt(zmq.LINGER, 0)
    socket.bind(endpoint)
    bound = socket.getsockopt(zmq.LAST_ENDPOINT).decode().rstrip("\0")
    print(json.dumps({"endpoint": bound}), flush=True)
    wait_for_subscription(socket)

    epoch = int(time.time() * 1000)
    sequences = dict.fromkeys(SYMBOLS, 0)
    names = list(SYMBOLS)
    for number in range(count):
        symbol = names[number % len(names)]
        price, spread = SYMBOLS[symbol]
        # One point up or down around the first price, so that each tick differs from the last.
        bid = price + Decimal(number % 100).scaleb(price.as_tuple().exponent)
        sequences[symbol] += 1
        frames = tick_frames(
            form, symbol, bid, bid + spread, time.time(), sequences[symbol], epoch
        )
        send(socket, frames)
    print(
        json.dumps({"form": form, "epoch": epoch, "sent": sum(sequences.values()), "symbols": sequences}),
        flush=True,
    )
    while True:
        if form == "sequenced":
            send(socket, [heartbeat(epoch, sequences)])
        if select.select([sys.stdin], [], [], 1.0)[0] and not sys.stdin.readline():
            break
    socket.close()


if __name__ == "__main__":
    if len(sys.argv) != 4 or not sys.argv[3].isdigit():
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
