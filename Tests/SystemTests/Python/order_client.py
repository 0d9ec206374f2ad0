#!/usr/bin/env python3
"""Trades with a gateway as docs/protocol.md describes it, and checks every answer.

usage: order_client.py COMMANDS EVENTS

COMMANDS is the endpoint of the gateway's command socket, EVENTS that of its publisher. It uses a plain REQ socket
throughout. Each check prints one line; the last line is one of JSON with the number of checks and the ids that were
sent. The first wrong answer ends it with a message.
"""

import json
import sys
import time
import uuid
from decimal import Decimal

import zmq

WAIT_MILLISECONDS = 20_000
MAGIC = 4242


class Gateway:
    """Asks over a REQ socket, which is thrown away after a question without an answer."""

    def __init__(self, context, endpoint):
        self.context = context
        self.endpoint = endpoint
        self.socket = None
        self.clock_offset = 0.0

    def connect(self):
        self.socket = self.context.socket(zmq.REQ)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.connect(self.endpoint)

    def send(self, action, payload, request_id=None, valid_for=2.0):
        """Sends a question; `valid_for` seconds of None leave `valid_until` out."""
        if self.socket is None:
            self.connect()
        now = time.time()
        request = {
            "action": action,
            "req_id": request_id or str(uuid.uuid4()),
            "timestamp": now,
            "payload": payload,
        }
        if valid_for is not None:
            request["valid_until"] = round(now + self.clock_offset + valid_for, 3)
        self.socket.send(json.dumps(request).encode())
        return request["req_id"]

    def receive(self, milliseconds=WAIT_MILLISECONDS):
        """The answer as it came and as an object, or None; then the socket is useless and goes."""
        if not self.socket.poll(milliseconds):
            self.socket.close()
            self.socket = None
            return None
        text = self.socket.recv()
        return text, json.loads(text, parse_float=Decimal)

    def ask(self, action, payload, request_id=None, valid_for=2.0):
        sent = self.send(action, payload, request_id, valid_for)
        answer = self.receive()
        if answer is None:
            sys.exit(f"order_client.py: no answer to {action}")
        if answer[1]["req_id"] != sent:
            sys.exit(f"order_client.py: {action} was answered for {answer[1]['req_id']}")
        return answer[1]

    def heartbeat(self):
        """Renews the lease and learns the gateway's clock."""
        beat = self.ask("HEARTBEAT", {}, valid_for=None)
        self.clock_offset = float(beat["data"]["timestamp"]) - time.time()
        return beat


class Checks:
    """Counts what was checked and stops at the first thing that is wrong."""

    def __init__(self):
        self.count = 0

    def that(self, is_so, text, found=None):
        if not is_so:
            sys.exit(f"order_client.py: NOT {text}: {found}")
        self.count += 1
        print(f"checked: {text}", flush=True)


def order(kind="OP_BUY", volume=0.1, comment="PYTEST", **further):
    return {
        "symbol": "EURUSD", "type": kind, "volume": volume, "magic": MAGIC, "comment": comment,
        **further,
    }


def wait_for_quote(gateway):
    """The symbol with a quote; there is none before the gateway's first tick."""
    deadline = time.monotonic() + WAIT_MILLISECONDS / 1000
    while time.monotonic() < deadline:
        symbol = gateway.ask("GET_SYMBOL_INFO", {"symbol": "EURUSD"})
        if not symbol["error"] and symbol["data"]["bid"] > 0:
            return symbol["data"]
    sys.exit("order_client.py: EURUSD has no quote")


def collect_events(socket, count):
    """So many EXEC events, in the order in which they came."""
    events = []
    while len(events) < count and socket.poll(WAIT_MILLISECONDS):
        events.append(json.loads(socket.recv(), parse_float=Decimal))
    return events


def check_trading(gateway, check):
    first = gateway.ask("ORDER_SEND", order(), "py-order-1")
    check.that(first["retcode"] == 10009 and not first["error"], "a market order is filled", first)
    check.that(first["data"]["state"] == "filled", "its state says so", first)
    check.that(first["data"]["filled"] == Decimal("0.1"), "it is filled whole", first)
    again = gateway.ask("ORDER_SEND", order(), "py-order-1")
    check.that(again == first, "the same id is answered the same", again)
    shuffled = dict(reversed(list(order().items())))
    check.that(
        gateway.ask("ORDER_SEND", shuffled, "py-order-1") == first, "also with keys in another order"
    )
    other = gateway.ask("ORDER_SEND", order(volume=0.2), "py-order-1")
    check.that(other["retcode"] == -14 and other["error"], "another payload is refused", other)

    late = gateway.ask("ORDER_SEND", order(), "py-order-2", valid_for=-1)
    check.that(late["retcode"] == -10, "an expired order is refused", late)
    late = gateway.ask("ORDER_SEND", order(), "py-order-2")
    check.that(late["retcode"] == -10, "and stays refused under its id", late)
    unlimited = gateway.ask("ORDER_SEND", order(), "py-order-3", valid_for=None)
    check.that(unlimited["retcode"] == 10013, "an order without valid_until is refused", unlimited)
    return first


def check_fences(gateway, check):
    unknown = gateway.ask("ORDER_STATUS", {"order_id": "py-order-4"})["data"]
    check.that(
        not unknown["known"] and not unknown["fenced"], "an unknown order is not known", unknown
    )
    fence = gateway.ask("ORDER_FENCE", {"order_id": "py-order-4"})["data"]
    check.that(fence["fenced"] and not fence["known"], "it can be fenced", fence)
    fenced = gateway.ask("ORDER_SEND", order(), "py-order-4")
    check.that(fenced["retcode"] == -11, "and is refused when it comes after all", fenced)
    known = gateway.ask("ORDER_FENCE", {"order_id": "py-order-1"})["data"]
    check.that(
        known["known"] and not known["fenced"] and known["report"]["state"] == "filled",
        "a fence on an executed order says what became of it",
        known,
    )


def check_lost_answers(gateway, check):
    """The outcome of an order whose answer is lost is asked for, and never guessed."""
    gateway.ask("FAULT", {"kind": "lose-reply", "count": 1})
    gateway.send("ORDER_SEND", order(), "py-order-5")
    check.that(gateway.receive(300) is None, "the fault loses an answer")
    status = gateway.ask("ORDER_STATUS", {"order_id": "py-order-5"})["data"]
    check.that(
        status["known"] and status["report"]["state"] == "filled", "the status finds it", status
    )
    gateway.ask("FAULT", {"kind": "lose-request", "count": 1})
    gateway.send("ORDER_SEND", order(), "py-order-6")
    check.that(gateway.receive(300) is None, "the fault loses a request")
    status = gateway.ask("ORDER_STATUS", {"order_id": "py-order-6"})["data"]
    check.that(not status["known"], "which the gateway never saw", status)
    gateway.ask("FAULT", {"kind": "foreign-reply", "count": 1})
    gateway.send("ORDER_SEND", order(), "py-order-7")
    text, foreign = gateway.receive()
    check.that(foreign["req_id"] != "py-order-7", "a foreign answer shows by its id", text)
    gateway.socket.close()
    gateway.socket = None
    gateway.ask("FAULT", {"kind": "retcode", "code": 10004, "count": 1})
    refused = gateway.ask("ORDER_SEND", order(), "py-order-8")
    check.that(refused["retcode"] == 10004 and refused["error"], "any return code can be had", refused)


def check_working_orders(gateway, check, quote):
    price = float(quote["bid"] * Decimal("0.9"))
    resting = gateway.ask("ORDER_SEND", order("OP_BUYLIMIT", price=round(price, 5)), "py-order-9")
    check.that(resting["retcode"] == 10008, "a limit order is placed", resting)
    ticket = resting["ticket"]
    changed = gateway.ask(
        "ORDER_MODIFY", {"ticket": ticket, "price": round(price - 0.001, 5)}, "py-order-10"
    )
    check.that(changed["retcode"] == 10009, "it can be modified", changed)
    everything = gateway.ask("SYNC_ALL", {"since_deal": 0})["data"]
    working = [entry["req_id"] for entry in everything["orders"]]
    check.that(working == ["py-order-9"], "it is among the working orders", everything["orders"])
    cancelled = gateway.ask("ORDER_CANCEL", {"ticket": ticket}, "py-order-11", valid_for=None)
    check.that(cancelled["data"]["state"] == "filled", "it can be cancelled", cancelled)
    status = gateway.ask("ORDER_STATUS", {"order_id": "py-order-9"})["data"]["report"]
    check.that(status["state"] == "cancelled", "and its status says so", status)


def check_positions(gateway, check):
    positions = gateway.ask("GET_POSITIONS", {})["data"]["positions"]
    ours = [entry for entry in positions if entry["magic"] == MAGIC]
    check.that(len(ours) == 3, "each executed order opened one position", positions)
    for number, entry in enumerate(ours):
        closed = gateway.ask(
            "ORDER_CLOSE",
            {"ticket": entry["ticket"], "volume": float(entry["volume"]), "magic": MAGIC},
            f"py-close-{number}",
        )
        check.that(closed["data"]["state"] == "filled", f"position {number + 1} is closed", closed)
        check.that(closed["data"]["deals"][0]["entry"] == "out", "by a deal that closes", closed)
    everything = gateway.ask("SYNC_ALL", {"since_deal": 0})["data"]
    check.that(everything["positions"] == [], "nothing is open any more", everything)
    check.that(
        [deal["deal"] for deal in everything["deals"]] == list(range(1, 7)),
        "deals are numbered from 1",
        everything["deals"],
    )
    result = sum(deal["profit"] + deal["commission"] + deal["swap"] for deal in everything["deals"])
    account = everything["account"]
    check.that(
        account["balance"] == Decimal("10000.00") + result and account["equity"] == account["balance"],
        "the balance is the first one and the sum of all deals, exactly",
        account,
    )
    return everything


def check_kill_switch(gateway, check):
    engaged = gateway.ask("KILL_SWITCH", {"engage": True, "reason": "python test"})
    check.that(engaged["data"]["killed"], "the kill switch can be engaged", engaged)
    refused = gateway.ask("ORDER_SEND", order(), "py-order-12")
    check.that(refused["retcode"] == -12, "then orders are refused", refused)
    gateway.ask(
        "KILL_SWITCH", {"engage": False, "operator": "python", "reason": "test over"}
    )
    check.that(not gateway.heartbeat()["data"]["killed"], "and it can be released")


def check_events(socket, check, everything):
    """Deals and orders are told, too, numbered without a gap."""
    events = collect_events(socket, int(everything["exec_seq"]))
    check.that(
        [event["seq"] for event in events] == list(range(1, len(events) + 1)),
        "EXEC events are numbered 1, 2, 3, …",
        events,
    )
    deals = [event["deal"] for event in events if event["kind"] == "deal"]
    check.that(deals == everything["deals"], "and tell the same deals as SYNC_ALL", deals)


def main(commands, publisher):
    context = zmq.Context()
    events = context.socket(zmq.SUB)
    events.setsockopt(zmq.SUBSCRIBE, b'{"type":"EXEC"')
    events.connect(publisher)
    gateway = Gateway(context, commands)
    check = Checks()

    early = gateway.ask("ORDER_SEND", order(), "py-order-0")
    check.that(early["retcode"] == -13, "no order is taken before the first heartbeat", early)
    beat = gateway.heartbeat()
    check.that(beat["data"]["lease_seconds"] > 0, "the lease is told", beat)
    quote = wait_for_quote(gateway)
    first = check_trading(gateway, check)
    check.that(first["boot_id"] == beat["boot_id"], "every answer names the same start", first)
    check_fences(gateway, check)
    check_lost_answers(gateway, check)
    check_working_orders(gateway, check, quote)
    everything = check_positions(gateway, check)
    check_events(events, check, everything)
    check_kill_switch(gateway, check)
    print(json.dumps({"checks": check.count, "executed": 9}), flush=True)
    context.destroy(linger=0)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
