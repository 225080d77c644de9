"""`clausewise run --http`: Slack's events, commands and interactions by HTTP, for those who run several bots."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

PATH = "/slack/events"  # for all three; Slack's own tools expect it here
LARGEST = 2_000_000  # bytes of a payload
# Bolt reads a payload before it looks at the signature, and takes its shape for granted.
_NOT_SLACKS = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


def web_app(bolt: Any) -> Starlette:
    """The address that Slack calls, and `/health`."""
    from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def events(request: Request) -> Response:
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > LARGEST:
                return PlainTextResponse("too large", 413)
        stamp, signature = (request.headers.get(f"x-slack-{name}", "") for name in ("request-timestamp", "signature"))
        if not (re.fullmatch(r"[0-9]{1,12}", stamp) and signature.isascii()):  # Bolt would make an error of ours of it
            return PlainTextResponse("not signed", 401)
        try:
            asked = to_bolt_request(request, bytes(body))
        except _NOT_SLACKS:
            return PlainTextResponse("not a payload of Slack's", 400)
        if not asked.body:  # Bolt takes every form that has the word "payload" in it for an interaction
            asked.body = dict(parse_qsl(asked.raw_body, keep_blank_values=True))
        return to_starlette_response(await run_in_threadpool(bolt.dispatch, asked))

    async def health(_: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(routes=[Route(PATH, events, methods=["POST"]), Route("/health", health)])


def serve(bolt: Any, host: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C; what is being answered is answered."""
    import uvicorn

    quiet: Any = {"log_config": None, "access_log": False}  # its own handlers would write what ours hold back
    uvicorn.run(web_app(bolt), host=host, port=port, timeout_graceful_shutdown=5, **quiet)
