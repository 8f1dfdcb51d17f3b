"""A TCP proxy on loopback that does what bad networks do: waits, cuts, swallows, holds back.

It stands before one server (a Kafka broker, Redis, a model) and runs on a thread of its own. Of
Kafka it knows only the frame and the head of a request, which is enough to keep one kind of
request and to deliver it later (`Held`).
"""

import asyncio
import contextlib
import dataclasses
import socket
import struct
import threading

from tests.services.ports import Ports

CHUNK_BYTES = 64 << 10
FRAME_BYTES_MAX = 64 << 20
CALL_S = 10


@dataclasses.dataclass(frozen=True)
class Weather:
    """What the proxy does to bytes. `delay_ms` is each way; a jitter draws from the seed."""

    delay_ms: float = 0
    jitter_ms: float = 0
    slice_bytes: int = 0       # pass bytes on in pieces of this size
    is_black_hole: bool = False  # connections stay, nothing gets through
    is_refusing: bool = False  # new connections are cut at once


CLEAR = Weather()
BLACK_HOLE = Weather(is_black_hole=True)


class Held:
    """Requests of one kind that a proxy has kept: their senders were cut off, the connections
    to the broker still stand. One object may serve the proxies of all brokers.

    With `until_api_key` they are delivered when such a request comes, and that request and all
    that follows on its proxy stays where it is until the weather is set again.
    """

    def __init__(self, api_key, *, times=1, until_api_key=None):
        self.api_key = api_key
        self.until_api_key = until_api_key
        self._left = times
        self._kept = []
        self._lock = threading.Lock()
        self.was_kept = threading.Event()
        self.was_delivered = threading.Event()
        self.replies = []

    def wants(self, api_key):
        with self._lock:
            if api_key != self.api_key or self._left == 0:
                return False
            self._left -= 1
            return True

    def keep(self, frame, link):
        with self._lock:
            self._kept.append((frame, link))
        self.was_kept.set()

    def is_due(self, api_key):
        return self.was_kept.is_set() and api_key == self.until_api_key

    def take(self):
        with self._lock:
            kept, self._kept = self._kept, []
        return kept


class LostReply:
    """Lets requests of one kind through and cuts the connection before the answer comes."""

    until_api_key = None

    def __init__(self, api_key, *, times=1):
        self.api_key = api_key
        self._left = times
        self._lock = threading.Lock()
        self.was_lost = threading.Event()

    def wants(self, api_key):
        with self._lock:
            if api_key != self.api_key or self._left == 0:
                return False
            self._left -= 1
            return True


class Struck:
    """Stops everything where the first request of one kind passes, so that its broker can be struck
    at exactly that moment: before the broker has got it, or when it has answered it and the answer
    is not there yet. `behind`, a LostReply, has to have happened before.
    """

    until_api_key = None

    def __init__(self, api_key, *, is_answered=False, behind=None):
        self.api_key = api_key
        self.is_answered = is_answered
        self.behind = behind
        self._lock = threading.Lock()
        self.was_met = threading.Event()
        self.proxy = None  # where it passed
        self.is_over = False

    def wants(self, api_key, proxy):
        with self._lock:
            if api_key != self.api_key or self.proxy is not None:
                return False
            self.proxy = proxy
            return True

    async def stand_still(self):
        """Until its broker was struck."""
        self.was_met.set()
        while not self.is_over:
            await asyncio.sleep(0.01)


class Link:
    """One connection through the proxy."""

    def __init__(self, proxy, client, server):
        self.proxy = proxy
        self.client_reader, self.client_writer = client
        self.server_reader, self.server_writer = server
        self.is_held = False
        self.loses_reply = None
        self.is_struck = None
        self.is_idle = asyncio.Event()

    async def run(self):
        up = self._upward_kafka() if self.proxy.speaks_kafka else self._pass_on(
            self.client_reader, self.server_writer)
        tasks = [asyncio.create_task(up), asyncio.create_task(
            self._pass_on(self.server_reader, self.client_writer))]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.is_idle.set()
        if not self.is_held:
            self.cut()

    async def _pass_on(self, reader, writer):
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                if self.loses_reply and reader is self.server_reader:
                    self.loses_reply.was_lost.set()
                    return
                if self.is_struck and reader is self.server_reader:
                    await self.is_struck.stand_still()
                    return
                await self.proxy.pass_through(data, writer)

    async def _upward_kafka(self):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = await self.client_reader.readexactly(4)
                (size,) = struct.unpack(">i", head)
                if not 0 < size <= FRAME_BYTES_MAX:
                    return
                frame = head + await self.client_reader.readexactly(size)
                (api_key,) = struct.unpack_from(">h", frame, 4)
                if await self.proxy.meets(api_key, frame, self):
                    return
                await self.proxy.pass_through(frame, self.server_writer)

    def hold(self):
        """Cuts the client off and keeps the server's side."""
        self.is_held = True
        abort(self.client_writer)

    async def deliver(self, frame):
        """Sends a kept frame; returns the body of its answer behind the correlation id."""
        await self.is_idle.wait()
        self.server_writer.write(frame)
        await self.server_writer.drain()
        try:
            (size,) = struct.unpack(">i", await self.server_reader.readexactly(4))
            return (await self.server_reader.readexactly(size))[4:]
        finally:
            self.cut()

    def cut(self):
        abort(self.client_writer)
        abort(self.server_writer)


def abort(writer):
    """RST, not FIN: the peer is to see an error."""
    raw = writer.get_extra_info("socket")
    with contextlib.suppress(OSError, ValueError):
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Proxy:
    """Listens on `port` and passes on to `target` (a port of loopback)."""

    def __init__(self, target, *, speaks_kafka=False, draw=None):
        self.speaks_kafka = speaks_kafka
        self._target = target
        self._draw = draw
        self._weather = CLEAR
        self._held = None
        self._links = set()
        self._ports = Ports()
        self.port = self._ports.reserve()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self):
        self._thread.start()
        self._call(self._listen())
        return self

    def stop(self):
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CALL_S)
        self._ports.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def set(self, weather):
        """The weather from now on, also for connections that stand."""
        self._weather = weather

    def is_stormy(self):
        return self._weather != CLEAR

    def cut(self):
        """Resets every connection."""
        self._call(self._cut())

    def hold(self, held):
        """Keeps what `held` wants; None ends it."""
        self._held = held

    def deliver(self, held):
        """Delivers what is kept, now; the replies are in `held.replies`."""
        self._call(self._deliver(held))

    async def meets(self, api_key, frame, link):
        """True if the frame was kept."""
        held = self._held
        if held is None:
            return False
        if isinstance(held, Struck):
            await self._strike(held, api_key, link)
            return False
        if isinstance(held, LostReply):
            if held.wants(api_key):
                link.loses_reply = held
            return False
        if held.is_due(api_key):
            self._weather = BLACK_HOLE
            await self._deliver(held)
        if not held.wants(api_key):
            return False
        link.hold()
        held.keep(frame, link)
        return True

    async def _strike(self, struck, api_key, link):
        behind = struck.behind
        if behind and not behind.was_lost.is_set():
            if behind.wants(api_key):
                link.loses_reply = behind
        elif struck.wants(api_key, self):
            if struck.is_answered:
                link.is_struck = struck
            else:
                await struck.stand_still()

    async def pass_through(self, data, writer):
        weather = self._weather
        while weather.is_black_hole:
            await asyncio.sleep(0.02)
            weather = self._weather
        if weather.delay_ms or weather.jitter_ms:
            more = self._draw.random() * weather.jitter_ms if self._draw else 0
            await asyncio.sleep((weather.delay_ms + more) / 1000)
        step = weather.slice_bytes or len(data)
        for at in range(0, len(data), step):
            writer.write(data[at:at + step])
            await writer.drain()

    async def _deliver(self, held):
        for frame, link in held.take():
            # The link may belong to the loop of another broker's proxy.
            loop = link.proxy._loop
            delivery = asyncio.run_coroutine_threadsafe(link.deliver(frame), loop)
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                held.replies.append(await asyncio.wait_for(asyncio.wrap_future(delivery), CALL_S))
        held.was_delivered.set()

    async def _listen(self):
        await asyncio.start_server(self._accept, "127.0.0.1", self.port, reuse_address=True)

    async def _accept(self, reader, writer):
        if self._weather.is_refusing:
            abort(writer)
            return
        try:
            server = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            abort(writer)
            return
        link = Link(self, (reader, writer), server)
        self._links.add(link)
        try:
            await link.run()
        finally:
            self._links.discard(link)

    async def _cut(self):
        for link in list(self._links):
            if not link.is_held:
                link.cut()

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(CALL_S)
