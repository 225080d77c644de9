"""`clausewise run --http`: Slack's events, commands and interactions by HTTP, for those who run several bots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
        stamp = request.headers.get("x-slack-request-timestamp", "")
        if not (stamp.isascii() and stamp.isdigit()):  # Bolt would answer with an error of ours
            return PlainTextResponse("no valid timestamp", 401)
        try:
            asked = to_bolt_request(request, bytes(body))
        except _NOT_SLACKS:
            return PlainTextResponse("not a payload of Slack's", 400)
        return to_starlette_response(await run_in_threadpool(bolt.dispatch, asked))

    async def health(_: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(routes=[Route(PATH, events, methods=["POST"]), Route("/health", health)])


def serve(bolt: Any, host: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C; what is being answered is answered."""
    import uvicorn

    uvicorn.run(web_app(bolt), host=host, port=port, log_level="error", access_log=False, timeout_graceful_shutdown=5)
