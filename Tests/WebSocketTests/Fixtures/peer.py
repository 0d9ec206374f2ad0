"""An independent partner: `server CERTIFICATE`, `client AUTHORITY PORT` or `proxy PORT`; prints its port, then `ok`."""

import asyncio
import random
import ssl
import sys

import websockets


def messages():
    """Texts and bytes of all sizes in which a frame's length is written another way."""
    numbers = random.Random(1)
    for size in [0, 1, 125, 126, 127, 1000, 65535, 65536, 300000] * 3:
        if numbers.random() < 0.5:
            yield "".join(numbers.choice("aé€\U0001d11e\x00") for _ in range(size))
        else:
            yield numbers.randbytes(size)


def fragments(message):
    """Cuts a message, text between its letters."""
    numbers = random.Random(len(message))
    place = 0
    while True:
        count = numbers.randint(1, len(message) // 3 + 1)
        yield message[place : place + count]
        place += count
        if place >= len(message):
            return


async def talk(socket):
    for message in messages():
        await socket.send(fragments(message))
        pong = await socket.ping()
        if await socket.recv() != message:
            raise ValueError("another message came back")
        await asyncio.wait_for(pong, 20)


async def serve(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    done = asyncio.get_running_loop().create_future()

    async def handle(socket):
        await talk(socket)
        await socket.close(1012, "restart")
        done.set_result(socket.close_code)

    async with websockets.serve(handle, "127.0.0.1", 0, ssl=context, ping_interval=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        print("ok" if await done == 1012 else "another code came back", flush=True)


async def connect(authority, port):
    context = ssl.create_default_context(cafile=authority)
    print(port, flush=True)
    async with websockets.connect(f"wss://localhost:{port}/", ssl=context) as socket:
        await talk(socket)
        await socket.close(1001, "over")
    print("ok" if socket.close_code == 1001 else "another code came back", flush=True)


async def tunnel(port):
    async def copy(reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def handle(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        there = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        print(head[0], head[2], sep="|", flush=True)
        await asyncio.gather(copy(reader, there[1]), copy(there[0], writer))

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


mode, *rest = sys.argv[1:]
if mode == "server":
    asyncio.run(serve(rest[0]))
elif mode == "client":
    asyncio.run(connect(rest[0], int(rest[1])))
else:
    asyncio.run(tunnel(int(rest[0])))
