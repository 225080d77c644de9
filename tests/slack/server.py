"""The one port: Web API, Socket Mode, files, response URLs."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.http.h11_impl import H11Protocol

from . import methods_chat, methods_conversations, methods_files, methods_people, methods_sessions, methods_views
from .arguments import Arguments, Method
from .delivery import MOST_SOCKETS, Courier
from .faults import CallFaults, Fault
from .oddities import heard, told
from .world import RESPONSE_URL_SECONDS, RESPONSE_URL_USES, Call, Json, SlackError, World

METHODS: Mapping[str, Method] = {
    **methods_people.METHODS,
    **methods_conversations.METHODS,
    **methods_chat.METHODS,
    **methods_views.METHODS,
    **methods_files.METHODS,
    **methods_sessions.METHODS,
}
OPEN_CONNECTION = "apps.connections.open"
TRANSPORT = "slack_stand_in.transport"
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


@dataclass(slots=True)
class Rules:
    """How strict the stand-in is. `scopes` None: all granted. `off`: methods it does not have. `limits`: method ->
    (calls, seconds). `channel_pace`: seconds between two posts in one conversation, 0: no matter. `oddities`: see
    `oddities.py`."""

    bot_token: str
    app_token: str
    scopes: frozenset[str] | None = None
    off: frozenset[str] = frozenset()
    limits: Mapping[str, tuple[int, float]] | None = None
    channel_pace: float = 0.0
    oddities: frozenset[str] = frozenset()
    revoked: str = (
        ""  # the error every call with the bot token gets: "token_revoked", "account_inactive", "invalid_auth"
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it is written."""

    body: Json
    status: int = 200
    retry_after: int = 0


class Dropped(Exception):  # noqa: N818 # no error of ours
    """The connection is to be dropped."""


class TransportProtocol(H11Protocol):
    """uvicorn's protocol, with the transport within reach, so that a connection can be dropped without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        super().connection_made(transport)
        inner = self.app

        async def with_transport(scope: Any, receive: Receive, send: Send) -> None:
            scope[TRANSPORT] = transport
            await inner(scope, receive, send)

        self.app = with_transport


class PromptServer(uvicorn.Server):
    """uvicorn's server, which ends at once: a test waits for nobody."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ended = asyncio.Event()

    async def main_loop(self) -> None:
        await self.ended.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()


class Server:
    """The stand-in's server, in a thread of its own once `start` returns."""

    def __init__(self, world: World, courier: Courier, faults: CallFaults, rules: Rules) -> None:
        self.world, self.courier, self.faults, self.rules = world, courier, faults, rules
        self.url = ""
        self._counted: dict[str, deque[float]] = {}
        self._last_post: dict[str, float] = {}
        self._retry_at: dict[str, float] = {}
        self._tickets: set[str] = set()
        self._later: set[asyncio.Task[None]] = set()
        self._server: PromptServer | None = None
        self._thread: threading.Thread | None = None

    # --- running ------------------------------------------------------------------------------------------------------

    def start(self, port: int = 0, more: Sequence[BaseRoute] = ()) -> None:
        """Listens on loopback; port 0 takes a free one. Raises `OSError` where the port is taken."""
        listener = socket.create_server(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        quiet = {"log_config": None, "log_level": "critical", "access_log": False, "lifespan": "off"}
        bare = {"date_header": False, "server_header": False, "loop": "asyncio"}
        app = self._app(more)
        config = uvicorn.Config(app, http=TransportProtocol, ws="websockets-sansio", **quiet, **bare)  # type: ignore[arg-type] # two sets of options
        self._server = PromptServer(config)
        self._thread = threading.Thread(target=self._run, args=(listener,), name="slack-stand-in", daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the stand-in did not start")
            time.sleep(0.005)

    def _run(self, listener: socket.socket) -> None:
        async def serve() -> None:
            assert self._server is not None
            self.courier.loop = asyncio.get_running_loop()
            await self._server.serve(sockets=[listener])

        asyncio.run(serve())

    def stop(self) -> None:
        """Closes every connection and ends the thread."""
        if self._server is None or self._thread is None:
            return
        loop = self.courier.loop
        if loop is not None and self._thread.is_alive():
            with contextlib.suppress(Exception):
                asyncio.run_coroutine_threadsafe(self._close(), loop).result(5)
            loop.call_soon_threadsafe(self._server.ended.set)
        self._thread.join(10)
        self.courier.loop = None

    async def _close(self) -> None:
        for task in list(self._later):
            task.cancel()
        await self.courier.close()

    def _app(self, more: Sequence[BaseRoute]) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/{method:path}", self._api, methods=["GET", "POST"]),
                Route("/response/{token}", self._response_url, methods=["POST"]),
                Route("/files/{file}/{name:path}", self._download, methods=["GET"]),
                Route("/upload/{file}", self._upload, methods=["POST", "PUT"]),
                WebSocketRoute("/socket", self._socket),
                *more,
            ]
        )

    # --- Web API ------------------------------------------------------------------------------------------------------

    async def _api(self, request: Request) -> Response:
        method = request.path_params["method"]
        values, token, problem = await _read(request, json_too="form_only" not in self.rules.oddities)
        fault = self.faults.pick(method) if method in METHODS or method == OPEN_CONNECTION else None
        try:
            reply = await self._answer(method, values, token, fault, problem)
        except Dropped:
            await _drop(request, reset=bool(fault and fault.reset))
            return Response()
        if fault is not None and fault.kind == "garbage":
            return Response(b"<html><body>upstream connect error</body></html>", media_type="text/html")
        if fault is not None and fault.kind == "cut_off":
            body = json.dumps(reply.body).encode()
            return _CutOff(
                body[: len(body) // 2], {"content-length": str(len(body)), "content-type": "application/json"}
            )
        if "html_404" in self.rules.oddities and reply.body.get("error") == "unknown_method":
            return Response(b"<html><body><h1>Not Found</h1></body></html>", 404, media_type="text/html")
        if "empty_answers" in self.rules.oddities and reply.body == {"ok": True}:
            return Response()
        headers = {"Retry-After": str(reply.retry_after)} if reply.retry_after else {}
        if self.rules.scopes is not None:
            headers["X-OAuth-Scopes"] = ",".join(sorted(self.rules.scopes))
        return JSONResponse(reply.body, reply.status, headers)

    async def _answer(self, method: str, values: Json, token: str, fault: Fault | None, problem: str) -> Reply:
        refused = Reply({"ok": False, "error": problem}) if problem else self._limited(method, values)
        if refused is None and fault is not None:
            refused = _definite(fault)
            if refused is not None and refused.retry_after:
                self._retry_at[_scope(method, values)] = time.monotonic() + refused.retry_after
        if refused is not None:
            self._record(method, values, refused, fault, landed=False)
            return refused
        if fault is None:
            return self._land(method, values, token, None)
        return await self._with_fault(method, values, token, fault)

    async def _with_fault(self, method: str, values: Json, token: str, fault: Fault) -> Reply:
        if fault.kind == "late":
            task = asyncio.get_running_loop().create_task(self._land_late(method, values, token, fault))
            self._later.add(task)
            task.add_done_callback(self._later.discard)
            await asyncio.sleep(fault.hang)
            raise Dropped
        if fault.lands:
            reply = self._land(method, values, token, fault)
        else:
            reply = Reply({"ok": False, "error": fault.error or "internal_error"})
            self._record(method, values, reply, fault, landed=False)
        if fault.kind in {"drop_before", "drop_after"}:
            raise Dropped
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault.kind == "http_500":
            return Reply({"ok": False, "error": "internal_error"}, 500)
        if fault.kind == "internal_error":
            return Reply({"ok": False, "error": fault.error})
        return reply

    async def _land_late(self, method: str, values: Json, token: str, fault: Fault) -> None:
        number = self._record(method, values, Reply({}), fault, landed=None)
        await asyncio.sleep(fault.seconds)
        reply = self._run_method(method, values, token)
        with self.world.lock:
            call = self.world.calls[number - 1]
            ok = bool(reply.body.get("ok"))
            self.world.calls[number - 1] = replace(call, landed=ok, ok=ok, error=reply.body.get("error", ""))
        self.world.touch()

    def _land(self, method: str, values: Json, token: str, fault: Fault | None) -> Reply:
        reply = self._run_method(method, values, token)
        self._record(method, values, reply, fault, landed=bool(reply.body.get("ok")))
        return reply

    def _run_method(self, method: str, values: Json, token: str) -> Reply:
        with self.world.lock:
            try:
                done = self._method(method, heard(self.rules.oddities, method, values), token)
                return Reply({"ok": True, **told(self.rules.oddities, done)})
            except SlackError as error:
                return Reply({"ok": False, "error": error.error, **error.more})

    def _method(self, method: str, values: Json, token: str) -> Json:
        if method == OPEN_CONNECTION and method not in self.rules.off:
            self._authorise(token, "app")
            return self._open_connection()
        known = METHODS.get(method)
        if known is None or method in self.rules.off:
            raise SlackError("unknown_method", req_method=method)
        if known.token != "none":  # noqa: S105 # the kind of token
            self._authorise(token, known.token)
        arguments = Arguments(values, self.rules.scopes, self.url)
        if known.scopes:
            arguments.need(*known.scopes)
        return known.run(self.world, arguments)

    def _authorise(self, token: str, kind: str) -> None:
        rules = self.rules
        if not token:
            raise SlackError("not_authed")
        if token not in {rules.bot_token, rules.app_token}:
            raise SlackError("invalid_auth")
        if token == rules.bot_token and rules.revoked:
            raise SlackError(rules.revoked)
        if (token == rules.app_token) != (kind == "app"):
            raise SlackError("not_allowed_token_type")

    def _record(self, method: str, values: Json, reply: Reply, fault: Fault | None, *, landed: bool | None) -> int:
        kept = {name: value for name, value in values.items() if name != "token"}
        with self.world.lock:
            number = len(self.world.calls) + 1
            ok = bool(reply.body.get("ok"))
            error = "" if ok else str(reply.body.get("error", ""))
            self.world.calls.append(
                Call(
                    number, method, kept, self.world.clock(), ok, error, fault.kind if fault else "", landed, reply.body
                )
            )
        self.world.touch()
        return number

    # --- limits -------------------------------------------------------------------------------------------------------

    def _limited(self, method: str, values: Json) -> Reply | None:
        now = time.monotonic()
        scope = _scope(method, values)
        with self.world.lock:
            if now < self._retry_at.get(scope, 0.0):
                self.world.complain(f"{scope}: called again before Retry-After was over")
            wait = max(self._over_limit(method, now), self._over_pace(method, values, now))
        if wait <= 0:
            return None
        self._retry_at[scope] = now + math.ceil(wait)
        return Reply({"ok": False, "error": "ratelimited"}, 429, math.ceil(wait))

    def _over_limit(self, method: str, now: float) -> float:
        limits = self.rules.limits or {}
        if method not in limits:
            return 0.0
        most, seconds = limits[method]
        counted = self._counted.setdefault(method, deque())
        while counted and counted[0] <= now - seconds:
            counted.popleft()
        if len(counted) >= most:
            return counted[0] + seconds - now
        counted.append(now)
        return 0.0

    def _over_pace(self, method: str, values: Json, now: float) -> float:
        if method != "chat.postMessage" or not self.rules.channel_pace:
            return 0.0
        channel = str(values.get("channel", ""))
        wait = self._last_post.get(channel, -1e9) + self.rules.channel_pace - now
        if wait <= 0:
            self._last_post[channel] = now
        return wait

    # --- Socket Mode --------------------------------------------------------------------------------------------------

    def _open_connection(self) -> Json:
        ticket = self.world.new_id("tk")
        self._tickets.add(ticket)
        return {"url": f"{self.url.replace('http', 'ws', 1)}/socket?ticket={ticket}&app_id={self.world.app}"}

    async def _socket(self, websocket: WebSocket) -> None:
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await websocket.close(4401)
            return
        self._tickets.discard(ticket)
        if len(self.courier.sockets) >= MOST_SOCKETS:
            await websocket.close(4429)
            return
        await websocket.accept()
        await websocket.send_text(json.dumps(self._hello()))
        self.courier.opened(ticket, websocket)
        try:
            while True:
                self.courier.acknowledge(json.loads(await websocket.receive_text()))
        except (WebSocketDisconnect, RuntimeError, ValueError, AttributeError):
            pass
        finally:
            self.courier.closed(ticket)

    def _hello(self) -> Json:
        debug = {"host": "stand-in", "build_number": 1, "approximate_connection_time": 18060}
        hello: Json = {"type": "hello", "num_connections": len(self.courier.sockets) + 1, "debug_info": debug}
        return hello | {"connection_info": {"app_id": self.world.app}}

    # --- files and response URLs --------------------------------------------------------------------------------------

    async def _download(self, request: Request) -> Response:
        file = self.world.files.get(request.path_params["file"])
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        scopes = self.rules.scopes
        allowed = (
            token == self.rules.bot_token and not self.rules.revoked and (scopes is None or "files:read" in scopes)
        )
        if not allowed:  # Slack sends a page to sign in, with status 200
            return Response("<!DOCTYPE html><html><title>Slack</title>Sign in</html>", media_type="text/html")
        if file is None:
            return Response(status_code=404)
        return Response(file.content, media_type=file.shown["mimetype"])

    async def _upload(self, request: Request) -> Response:
        file = self.world.files.get(request.path_params["file"])
        if file is None or file.uploaded:
            return Response("not found", 404)
        body, kind = await request.body(), request.headers.get("content-type", "")
        content = next(iter(_parts(body, kind).values()), b"") if kind.startswith("multipart/") else body
        if len(content) != file.shown["size"]:
            return Response("length does not match", 400)
        with self.world.lock:
            file.content, file.uploaded = content, True
        return Response(f"OK - {len(content)}")

    async def _response_url(self, request: Request) -> Response:
        with self.world.lock:
            known = self.world.response_urls.get(request.path_params["token"])
            if known is None or self.world.clock() - known["made"] > RESPONSE_URL_SECONDS:
                return JSONResponse({"ok": False, "error": "expired_url"}, 404)
            if known["used"] >= RESPONSE_URL_USES:
                return JSONResponse({"ok": False, "error": "used_url"}, 404)
            known["used"] += 1
        try:
            said = json.loads(await request.body())
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_payload"}, 400)
        return self._respond(known, said)

    def _respond(self, known: Json, said: Json) -> Response:
        world = self.world
        try:
            made = methods_chat.body(Arguments(said), methods_chat.TEXT_CHARACTERS)
        except SlackError as error:
            if not said.get("delete_original"):
                return JSONResponse({"ok": False, "error": error.error}, 400)
            made = {}
        with world.lock:
            channel = world.channels[known["channel"]]
            original = channel.messages.get(known.get("message_ts", ""))
            if said.get("delete_original") and original is not None:
                world.remove(channel, original["ts"])
            elif said.get("replace_original") and original is not None:
                original |= made
            elif said.get("response_type") == "in_channel":
                message = world.store(channel, methods_chat.as_bot(world, made), str(said.get("thread_ts", "")))
                world.announce(channel, world.message_event(message))
            else:
                shown = methods_chat.as_bot(world, made) | {"channel": channel.id, "ts": world.next_ts()}
                world.ephemerals.append(shown | {"to": known["user"], "is_ephemeral": True})
        world.touch()
        return JSONResponse({"ok": True})


class _CutOff(Response):
    """An answer that ends before its announced length."""

    def __init__(self, content: bytes, headers: Mapping[str, str]) -> None:
        super().__init__(content)
        self.raw_headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        await asyncio.sleep(0)
        scope[TRANSPORT].close()
        while (await receive())["type"] != "http.disconnect":
            pass


def _definite(fault: Fault) -> Reply | None:
    if fault.kind == "rate_limited":
        return Reply({"ok": False, "error": "ratelimited"}, 429, max(1, math.ceil(fault.seconds)))
    if fault.kind == "error":
        return Reply({"ok": False, "error": fault.error})
    return None


def _scope(method: str, values: Mapping[str, Any]) -> str:
    """What a rate limit counts: posts by conversation, anything else by method."""
    return f"{method} {values.get('channel', '')}" if method == "chat.postMessage" else method


async def _drop(request: Request, *, reset: bool) -> None:
    transport: asyncio.Transport = request.scope[TRANSPORT]
    if reset:
        taken = transport.get_extra_info("socket")
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _read(request: Request, *, json_too: bool) -> tuple[Json, str, str]:
    """Arguments, token, and what is wrong with the request, "" for nothing."""
    values: Json = dict(request.query_params)
    body, kind = await request.body(), request.headers.get("content-type", "").partition(";")[0].strip()
    problem = ""
    if kind == "application/json" and not json_too:
        pass
    elif body and kind == "application/json":
        try:
            read = json.loads(body)
            problem = "" if isinstance(read, dict) else "json_not_object"
            values |= read if isinstance(read, dict) else {}
        except ValueError:
            problem = "invalid_json"
    elif body and kind == "multipart/form-data":
        parts = _parts(body, request.headers["content-type"])
        values |= {name: part.decode(errors="replace") for name, part in parts.items()}
    elif body and kind == "application/x-www-form-urlencoded":
        values |= dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    elif body:
        problem = "invalid_post_type"
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    token = bearer.strip() if scheme.lower() == "bearer" else str(values.get("token", ""))
    return values, token, problem


def _parts(body: bytes, content_type: str) -> dict[str, bytes]:
    message = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body, policy=policy.HTTP)
    found: dict[str, bytes] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        found[str(name)] = content if isinstance(content, bytes) else b""
    return found
