"""A client of a venue's streams by the public library websockets, to compare with what the simulator sent.

Usage: venue_client.py URL CA_FILE|- MESSAGES [STREAM…]

Takes streams by a control message after the connection, reads until the server closes, and prints what came
as JSON: for each stream the count, the first and the last id, and the CRC-32 of all messages in their order.
"""

import asyncio
import json
import ssl
import sys
import zlib

import websockets

FIRST = {"trade": "t", "aggTrade": "a", "bookTicker": "u", "depth": "U"}
LAST = {"trade": "t", "aggTrade": "a", "bookTicker": "u", "depth": "u"}


async def main():
    url, authority, minimum, *streams = sys.argv[1:]
    context = None
    if authority != "-":
        context = ssl.create_default_context(cafile=authority)
    seen = {}
    total = 0
    closed = None
    async with websockets.connect(url, ssl=context, max_size=None, max_queue=None) as socket:
        request = {"method": "SUBSCRIBE", "params": streams, "id": 7}
        await socket.send(json.dumps(request))
        try:
            while True:
                text = await socket.recv()
                message = json.loads(text)
                if "stream" not in message:
                    print(json.dumps({"answer": message}), flush=True)
                    continue
                name = message["stream"]
                channel = name.split("@")[1]
                data = message["data"]
                entry = seen.setdefault(
                    name, {"messages": 0, "first_id": data[FIRST[channel]], "crc32": 0}
                )
                entry["messages"] += 1
                entry["last_id"] = data[LAST[channel]]
                entry["crc32"] = zlib.crc32(text.encode(), entry["crc32"])
                total += 1
                if total == int(minimum):
                    print(json.dumps({"enough": total}), flush=True)
        except websockets.ConnectionClosed as end:
            closed = end.code
    print(json.dumps({"streams": seen, "closed": closed}), flush=True)


asyncio.run(main())
