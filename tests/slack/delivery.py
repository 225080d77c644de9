"""Bringing events, commands and interactions to the app: over its sockets, or signed over HTTP, again if need be."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

from .http_client import HttpAnswer, post
from .world import Json, World

ACK_SECONDS = 3.0
RETRY_DELAYS = (0.0, 60.0, 300.0)
MOST_SOCKETS = 10


class Connection(Protocol):
    """An open socket of the app."""

    async def send_text(self, data: str) -> None: ...

    async def close(self, code: int = 1000, reason: str | None = None) -> None: ...


@dataclass(slots=True)
class Attempt:
    """One time something was sent. `latency` is the seconds to its acknowledgement, None where there was none;
    `late` says that it came, but after the 3 s; `status` is the HTTP status, or 0 over a socket."""

    number: int
    reason: str
    via: str
    at: float
    latency: float | None = None
    late: bool = False
    status: int = 0
    error: str = ""

    @property
    def acknowledged(self) -> bool:
        return self.latency is not None and not self.late and not self.error


@dataclass(slots=True)
class Delivery:
    """Something the app is to get: `kind` is "events_api", "slash_commands" or "interactive", `id` the event id or, for
    the other kinds, an id of ours. `state`: "open", "acked", "given up" or "withheld"."""

    id: str
    kind: str
    payload: Json
    created: float
    attempts: list[Attempt] = field(default_factory=list)
    state: str = "open"
    response: Any = None
    finished: threading.Event = field(default_factory=threading.Event)
    on_ack: Callable[[Any], None] | None = None

    @property
    def event(self) -> Json:
        """The event inside, {} for commands and interactions."""
        event: Json = self.payload.get("event", {})
        return event

    @property
    def latency(self) -> float | None:
        """Seconds from the first try to the first acknowledgement in time."""
        for attempt in self.attempts:
            if attempt.acknowledged:
                return attempt.at + (attempt.latency or 0.0) - self.attempts[0].at
        return None

    def wait(self, timeout: float = 10.0) -> Delivery:
        """Until it is acknowledged, given up or withheld. Raises `TimeoutError`."""
        if not self.finished.wait(timeout):
            raise TimeoutError(f"{self.kind} {self.id} is still open after {timeout:g} s")
        return self


class Courier:
    """Delivers, on the server's event loop. `request_url` "" means Socket Mode."""

    def __init__(self, world: World, *, signing_secret: str) -> None:
        self.world = world
        self.signing_secret = signing_secret
        self.request_url = ""
        self.every_socket = False
        self.retry_delays: Sequence[float] = RETRY_DELAYS
        self.ack_seconds = ACK_SECONDS
        self.subscribed: frozenset[str] | None = None
        self.plan: Callable[[Json], Iterable[float]] = lambda _: (0.0,)
        self.deliveries: list[Delivery] = []
        self.sockets: dict[str, Connection] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self._waiting: dict[str, tuple[asyncio.Future[Any], Attempt, str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = 0

    # --- from any thread ----------------------------------------------------------------------------------------------

    def event(self, event: Json) -> Delivery | None:
        """Sends an event with an id of its own, as the plan of faults has it; None where it is not subscribed to."""
        if self.subscribed is not None and not self.subscribed.intersection(_names(event)):
            return None
        delivery = Delivery(self.world.new_id("Ev0"), "events_api", {}, self.world.clock())
        delivery.payload = self._callback(event, delivery.id)
        delays = tuple(self.plan(event))
        self._keep(delivery)
        if not delays:
            self._finish(delivery, "withheld")
        for delay in delays:
            self._start(delivery, delay)
        return delivery

    def send(self, kind: str, payload: Json, on_ack: Callable[[Any], None] | None = None) -> Delivery:
        """Sends a command or an interaction: once, it is never tried again."""
        delivery = Delivery(self.world.new_id("Dl"), kind, payload, self.world.clock(), on_ack=on_ack)
        self._keep(delivery)
        self._start(delivery, 0.0)
        return delivery

    def again(self, delivery: Delivery) -> None:
        """Delivers once more what was delivered, or withheld, before."""
        self._start(delivery, 0.0)

    def _keep(self, delivery: Delivery) -> None:
        with self.world.lock:
            self.deliveries.append(delivery)

    def _start(self, delivery: Delivery, delay: float) -> None:
        if self.loop is None:
            raise RuntimeError("the stand-in is not running")
        self.loop.call_soon_threadsafe(self._spawn, delivery, delay)

    def _callback(self, event: Json, event_id: str) -> Json:
        world = self.world
        channel = world.channels.get(str(event.get("channel", "")))
        authorization = {"enterprise_id": None, "team_id": world.team, "user_id": world.bot_user, "is_bot": True}
        payload: Json = {"token": "stand-in", "team_id": world.team, "context_team_id": world.team}
        payload |= {"context_enterprise_id": None, "api_app_id": world.app, "event": event, "type": "event_callback"}
        payload |= {"event_id": event_id, "event_time": int(world.clock())}
        payload |= {"authorizations": [authorization | {"is_enterprise_install": False}]}
        payload |= {"is_ext_shared_channel": bool(channel and channel.is_ext_shared)}
        return payload | {"event_context": f"4-{event_id}"}

    # --- on the loop --------------------------------------------------------------------------------------------------

    def _spawn(self, delivery: Delivery, delay: float) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(delivery, delay))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: Delivery, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        retries = self.retry_delays if delivery.kind == "events_api" else ()
        reason = ""
        for number, pause in enumerate((0.0, *retries)):
            if pause:
                await asyncio.sleep(pause)
            attempt, answer = await self._attempt(delivery, number, reason)
            if attempt.acknowledged:
                self._acknowledged(delivery, answer)
                return
            if attempt.error == "no_retry":
                break
            reason = attempt.error
        self._finish(delivery, "given up")

    async def _attempt(self, delivery: Delivery, number: int, reason: str) -> tuple[Attempt, Any]:
        via = "http" if self.request_url else "socket"
        attempt = Attempt(number, reason, via, time.monotonic())
        with self.world.lock:
            delivery.attempts.append(attempt)
        answer = await (self._by_http if self.request_url else self._by_socket)(delivery, attempt)
        self.world.touch()
        return attempt, answer

    def _acknowledged(self, delivery: Delivery, answer: Any) -> None:
        first = delivery.state != "acked"
        if first:
            delivery.response = answer
            if delivery.on_ack is not None:
                delivery.on_ack(answer)
        self._finish(delivery, "acked")

    def _finish(self, delivery: Delivery, state: str) -> None:
        with self.world.lock:
            if delivery.state != "acked":
                delivery.state = state
            delivery.finished.set()
        self.world.touch()

    # --- Socket Mode --------------------------------------------------------------------------------------------------

    async def _by_socket(self, delivery: Delivery, attempt: Attempt) -> Any:
        chosen = self._chosen()
        if not chosen:
            attempt.error = "no_connection"
            return None
        envelope_id = str(uuid.UUID(int=self.world.random.getrandbits(128), version=4))
        envelope: Json = {"envelope_id": envelope_id, "type": delivery.kind, "payload": delivery.payload}
        envelope["accepts_response_payload"] = delivery.kind != "events_api"
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": attempt.number, "retry_reason": attempt.reason}
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = (future, attempt, chosen[0])
        text = json.dumps(envelope)
        for name in chosen:
            with contextlib.suppress(Exception):  # a socket that breaks now is noticed by its reader
                await self.sockets[name].send_text(text)
        try:
            answer = await asyncio.wait_for(asyncio.shield(future), self.ack_seconds)
        except TimeoutError:
            attempt.error = "timeout"
            return None
        except ConnectionError:
            attempt.error = "connection_closed"
            return None
        attempt.latency = time.monotonic() - attempt.at
        return answer

    def _chosen(self) -> list[str]:
        names = list(self.sockets)
        if self.every_socket or not names:
            return names
        self._turn += 1
        return [names[self._turn % len(names)]]

    def acknowledge(self, message: Json) -> None:
        """What came in over a socket: {"envelope_id", "payload"?}."""
        envelope_id = message.get("envelope_id", "")
        future, attempt, _ = self._waiting.get(envelope_id, (None, None, ""))
        if future is None or attempt is None:
            self.world.complain(f"an acknowledgement of an envelope that was never sent: {envelope_id}")
            return
        if future.done():
            return
        if attempt.error:
            attempt.latency, attempt.late = time.monotonic() - attempt.at, True
        future.set_result(message.get("payload"))

    def opened(self, name: str, connection: Connection) -> None:
        self.sockets[name] = connection
        self.world.touch()

    def closed(self, name: str) -> None:
        """A socket is gone: what waits for its acknowledgement waits no longer."""
        self.sockets.pop(name, None)
        for future, _, via in list(self._waiting.values()):
            if via == name and not future.done():
                future.set_exception(ConnectionError(name))
                future.exception()  # it may be that nobody waits any more
        self.world.touch()

    # --- HTTP ---------------------------------------------------------------------------------------------------------

    async def _by_http(self, delivery: Delivery, attempt: Attempt) -> Any:
        body, content_type = _encoded(delivery)
        headers = self.signed(body) | {"Content-Type": content_type}
        if attempt.number:
            headers |= {"X-Slack-Retry-Num": str(attempt.number), "X-Slack-Retry-Reason": attempt.reason}
        try:
            answer = await asyncio.wait_for(post(self.request_url, body, headers), self.ack_seconds)
        except TimeoutError:
            attempt.error = "http_timeout"
            return None
        except (OSError, EOFError):
            attempt.error = "connection_failed"
            return None
        attempt.status = answer.status
        if answer.status != 200:
            attempt.error = "no_retry" if answer.headers.get("x-slack-no-retry") == "1" else "http_error"
            return None
        attempt.latency = time.monotonic() - attempt.at
        return _decoded(answer)

    def signed(self, body: bytes, at: float | None = None, secret: str = "") -> dict[str, str]:
        """Slack's headers for a body: the time and the v0 signature over both."""
        stamp = str(int(time.time() if at is None else at))
        digest = hmac.new((secret or self.signing_secret).encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
        return {
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest.hexdigest()}",
        }

    async def close(self) -> None:
        """Ends what is under way."""
        for task in list(self._tasks):
            task.cancel()
        for connection in list(self.sockets.values()):
            with contextlib.suppress(Exception):
                await connection.close(1001)


def _names(event: Json) -> set[str]:
    """What an event can be subscribed to as: its type; of a message, also "message.im" and the like."""
    kind = event.get("type", "")
    if kind != "message":
        return {kind}
    suffix = {"channel": "channels", "group": "groups"}.get(
        event.get("channel_type", ""), event.get("channel_type", "")
    )
    return {"message", f"message.{suffix}"}


def _encoded(delivery: Delivery) -> tuple[bytes, str]:
    if delivery.kind in {"events_api", "url_verification"}:
        return json.dumps(delivery.payload).encode(), "application/json"
    form = delivery.payload if delivery.kind == "slash_commands" else {"payload": json.dumps(delivery.payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def _decoded(answer: HttpAnswer) -> Any:
    if not answer.body:
        return None
    text = answer.body.decode(errors="replace")
    if "json" not in answer.headers.get("content-type", ""):
        return {"text": text}
    try:
        return json.loads(text)
    except ValueError:
        return {"text": text}
