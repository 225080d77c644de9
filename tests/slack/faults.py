"""What can go wrong with a call or an event, and the plan of when it does."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from .world import Json

Kind = Literal[
    "error",
    "rate_limited",
    "http_500",
    "internal_error",
    "drop_before",
    "drop_after",
    "late",
    "garbage",
    "cut_off",
    "slow",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is done to one call. `lands`: whether it takes effect all the same. `seconds`: of `slow`, until the answer;
    of `late`, until it takes effect; of `rate_limited`, what `Retry-After` says. `hang`: of `late`, that the connection
    is held for so many seconds before it is dropped. `reset`: drops with RST in place of FIN."""

    kind: Kind
    lands: bool = False
    seconds: float = 0.0
    hang: float = 0.0
    error: str = ""
    reset: bool = False


def error(name: str) -> Fault:
    """Any error of Slack's, HTTP 200, not landed: "channel_not_found", "fatal_error", …"""
    return Fault("error", error=name)


def rate_limited(retry_after: int = 1) -> Fault:
    """HTTP 429 with `Retry-After`; not landed."""
    return Fault("rate_limited", seconds=retry_after)


def http_500(*, lands: bool = False) -> Fault:
    return Fault("http_500", lands)


def internal_error(*, lands: bool = False, name: str = "internal_error") -> Fault:
    """HTTP 200 with an error that says nothing about what was done."""
    return Fault("internal_error", lands, error=name)


def drop_before(*, reset: bool = False) -> Fault:
    """The connection is dropped, nothing was done."""
    return Fault("drop_before", reset=reset)


def drop_after(*, reset: bool = False) -> Fault:
    """The connection is dropped, and it was done."""
    return Fault("drop_after", lands=True, reset=reset)


def late(seconds: float, *, hang: float = 0.0) -> Fault:
    """The connection is dropped, at once or after `hang` s, and it is done `seconds` s after it was asked for."""
    return Fault("late", lands=True, seconds=seconds, hang=hang)


def garbage(*, lands: bool = True) -> Fault:
    """HTTP 200 with a body that is no JSON."""
    return Fault("garbage", lands)


def cut_off(*, lands: bool = True) -> Fault:
    """HTTP 200 whose body ends before its announced length."""
    return Fault("cut_off", lands)


def slow(seconds: float) -> Fault:
    """Done at once, answered after `seconds` s."""
    return Fault("slow", lands=True, seconds=seconds)


# What `chaos` draws from when it is told rates only, and how often by default.
CALL_FAULTS: Mapping[str, Fault] = {
    "rate_limited": rate_limited(1),
    "http_500": http_500(),
    "http_500_landed": http_500(lands=True),
    "internal_error": internal_error(),
    "internal_error_landed": internal_error(lands=True),
    "drop_before": drop_before(),
    "drop_after": drop_after(),
    "late": late(0.5),
    "garbage": garbage(),
    "cut_off": cut_off(),
    "slow": slow(0.3),
}
EVENT_FAULTS = ("duplicated", "withheld", "delayed", "reordered", "sockets_closed")
CHAOS: Mapping[str, float] = {
    **dict.fromkeys(CALL_FAULTS, 0.02),
    "duplicated": 0.1,
    "withheld": 0.02,
    "delayed": 0.05,
    "reordered": 0.05,
    "sockets_closed": 0.01,
}


@dataclass(slots=True)
class Rule:
    """When a fault comes: at these calls, counted from 1 since the rule was made; or with this probability; at most
    `times` times."""

    pattern: str
    fault: Fault
    calls: frozenset[int] = frozenset()
    rate: float = 0.0
    times: int | None = None
    chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 # repeatable on purpose
    seen: int = 0
    done: int = 0

    def strikes(self, method: str) -> bool:
        """Whether this call is hit; counts it."""
        if not fnmatchcase(method, self.pattern):
            return False
        self.seen += 1
        if self.times is not None and self.done >= self.times:
            return False
        hit = self.seen in self.calls if self.calls else self.chance.random() < self.rate
        self.done += hit
        return hit


class CallFaults:
    """The rules for calls, the newest first."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._lock = threading.Lock()

    def add(self, rule: Rule) -> Rule:
        with self._lock:
            self._rules.insert(0, rule)
            return rule

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()

    def pick(self, method: str) -> Fault | None:
        """What is done to this call: what the first rule says that strikes."""
        with self._lock:
            struck = [rule.fault for rule in self._rules if rule.strikes(method)]
            return struck[0] if struck else None


@dataclass(slots=True)
class EventRule:
    """What happens to events of one type ("" for all): `kind` of `EVENT_FAULTS`, delayed by `seconds`."""

    kind: str
    event_type: str = ""
    rate: float = 1.0
    times: int | None = None
    seconds: float = 0.5
    copies: int = 2
    chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 # repeatable on purpose
    done: int = 0

    def strikes(self, event: Json) -> bool:
        if self.event_type not in {"", event.get("type", "")} or (self.times is not None and self.done >= self.times):
            return False
        hit = self.chance.random() < self.rate
        self.done += hit
        return hit


class EventFaults:
    """The rules for events: into the delays of the copies that are delivered."""

    def __init__(self) -> None:
        self._rules: list[EventRule] = []
        self._lock = threading.Lock()
        self.close_sockets: Callable[[], object] = bool  # nothing, until whoever has the sockets says how

    def add(self, rule: EventRule) -> EventRule:
        with self._lock:
            self._rules.append(rule)
            return rule

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()

    def delays(self, event: Json) -> Iterable[float]:
        """When, from now, each copy goes out; none where it is withheld."""
        with self._lock:
            struck = [rule for rule in self._rules if rule.strikes(event)]
        delays = [0.0]
        for rule in struck:
            if rule.kind == "sockets_closed":
                self.close_sockets()
            elif rule.kind == "withheld":
                return ()
            elif rule.kind == "duplicated":
                delays += [delays[0] + rule.seconds * copy / rule.copies for copy in range(1, rule.copies)]
            elif rule.kind == "delayed":
                delays = [delay + rule.seconds for delay in delays]
            else:  # reordered: each a little later than it should be, by chance
                delays = [delay + rule.seconds * rule.chance.random() for delay in delays]
        return delays
