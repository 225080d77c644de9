"""The stand-in driven and asked over HTTP, for those who run it as a command: `/control/…`, JSON in and out."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .delivery import Delivery
from .faults import Fault
from .world import Channel, Json, User

if TYPE_CHECKING:
    from .standin import SlackStandIn

Deed = Callable[["SlackStandIn", Json], Any]


def _message(slack: SlackStandIn, given: Json) -> Json:
    """What a click is on: "view_id", or "channel" and "ts" of a message."""
    if "view_id" in given:
        view: Json = slack.world.views[given.pop("view_id")]
        return view
    channel, ts = given.pop("channel"), given.pop("ts")
    return next(message for message in slack.messages(channel) + slack.ephemerals() if message["ts"] == ts)


def _drop_file(slack: SlackStandIn, given: Json) -> Json:
    content = base64.b64decode(given.pop("content"))
    return slack.drop_file(given["user"], given["channel"], given["name"], given.get("text", ""), content=content)


def _redeliver(slack: SlackStandIn, given: Json) -> None:
    slack.redeliver(next(delivery for delivery in slack.deliveries() if delivery.id == given["id"]))


def _fail(slack: SlackStandIn, given: Json) -> None:
    slack.fail(given.pop("method"), Fault(**given.pop("fault")), **given)


# What can be done, by the last part of the address; each takes the JSON of the request as its arguments.
DEEDS: Mapping[str, Deed] = {
    "say": lambda slack, given: slack.say(**given),
    "tell": lambda slack, given: slack.tell(**given),
    "say_quietly": lambda slack, given: slack.say_quietly(**given),
    "edit": lambda slack, given: slack.edit(_message(slack, given), **given),
    "delete": lambda slack, given: slack.delete(_message(slack, given)),
    "command": lambda slack, given: slack.command(**given),
    "press": lambda slack, given: slack.press(given.pop("user"), _message(slack, given), **given),
    "feedback": lambda slack, given: slack.feedback(given.pop("user"), _message(slack, given), **given),
    "select": lambda slack, given: slack.select(given.pop("user"), _message(slack, given), **given),
    "submit": lambda slack, given: slack.submit(given.pop("user"), _message(slack, given), **given),
    "close_view": lambda slack, given: slack.close_view(given.pop("user"), _message(slack, given), **given),
    "open_home": lambda slack, given: slack.open_home(**given),
    "event": lambda slack, given: slack.event(**given),
    "join": lambda slack, given: slack.join(**given),
    "leave": lambda slack, given: slack.leave(**given),
    "archive": lambda slack, given: slack.archive(**given),
    "unarchive": lambda slack, given: slack.unarchive(**given),
    "share": lambda slack, given: slack.share(**given),
    "unshare": lambda slack, given: slack.unshare(**given),
    "deactivate": lambda slack, given: slack.deactivate(**given),
    "change_user": lambda slack, given: slack.change_user(**given),
    "add_user": lambda slack, given: slack.add_user(User(**given)),
    "add_channel": lambda slack, given: slack.add_channel(Channel(**given)),
    "drop_file": _drop_file,
    "fail": _fail,
    "disturb": lambda slack, given: slack.disturb(**given),
    "chaos": lambda slack, given: slack.chaos(**given),
    "calm": lambda slack, given: slack.calm(**given),
    "revoke": lambda slack, given: slack.revoke(**given),
    "restore": lambda slack, given: slack.restore(**given),
    "close_sockets": lambda slack, given: slack.close_sockets(**given),
    "redeliver": _redeliver,
    "verify_url": lambda slack, given: slack.verify_url(**given),
}
# What can be asked; each takes the query string as its arguments.
QUESTIONS: Mapping[str, Deed] = {
    "messages": lambda slack, asked: slack.messages(**asked),
    "posts": lambda slack, asked: slack.posts(**asked),
    "ephemerals": lambda slack, asked: slack.ephemerals(**asked),
    "views": lambda slack, asked: slack.views(**asked),
    "home": lambda slack, asked: slack.home(**asked),
    "im": lambda slack, asked: slack.im(**asked),
    "calls": lambda slack, asked: slack.calls(**asked),
    "deliveries": lambda slack, asked: slack.deliveries(**asked),
    "statuses": lambda slack, asked: slack.statuses(**asked),
    "complaints": lambda slack, asked: slack.complaints(**asked),
    "latencies": lambda slack, asked: slack.ack_latencies(**asked),
    "duplicates": lambda slack, asked: slack.duplicates(**asked),
    "closest_posts": lambda slack, asked: slack.closest_posts(**asked),
    "posts_with_key": lambda slack, asked: slack.posts_with_key(**asked),
    "environment": lambda slack, asked: slack.environment(**asked),
}


def routes(slack: Callable[[], SlackStandIn]) -> list[Route]:
    """GET and POST /control/NAME, and GET /control for the names."""

    async def index(request: Request) -> Response:
        return JSONResponse({"post": sorted(DEEDS), "get": sorted(QUESTIONS)})

    async def ask(request: Request) -> Response:
        return await _answered(QUESTIONS, request, slack(), dict(request.query_params))

    async def do(request: Request) -> Response:
        body = await request.body()
        try:
            given = json.loads(body) if body else {}
        except ValueError:
            return JSONResponse({"error": "not JSON"}, 400)
        return await _answered(DEEDS, request, slack(), given)

    return [
        Route("/control", index, methods=["GET"]),
        Route("/control/{name}", ask, methods=["GET"]),
        Route("/control/{name}", do, methods=["POST"]),
    ]


async def _answered(table: Mapping[str, Deed], request: Request, slack: SlackStandIn, given: Json) -> Response:
    deed = table.get(request.path_params["name"])
    if deed is None:
        return JSONResponse({"error": f"there is only: {', '.join(sorted(table))}"}, 404)
    try:
        result = await run_in_threadpool(_done, deed, slack, given)
    except (LookupError, StopIteration, TypeError, ValueError, TimeoutError) as problem:
        return JSONResponse({"error": f"{type(problem).__name__}: {problem}"}, 400)
    return JSONResponse(result)


def _done(deed: Deed, slack: SlackStandIn, given: Json) -> Any:
    """Does it; with "wait", seconds, waits for the app to acknowledge what was sent."""
    wait = float(given.pop("wait", 0))
    result = deed(slack, given)
    if wait and isinstance(result, Delivery):
        result.wait(wait)
    return _json(result)


def _json(result: Any) -> Any:
    if isinstance(result, Delivery):
        shown = {"id": result.id, "kind": result.kind, "state": result.state, "payload": result.payload}
        attempts = [asdict(attempt) for attempt in result.attempts]
        return shown | {"attempts": attempts, "latency": result.latency, "response": result.response}
    if isinstance(result, list):
        return [_json(each) for each in result]
    if is_dataclass(result) and not isinstance(result, type):
        return asdict(result)
    return result
