"""A stand-in for Slack on loopback, which judges an app by what it received. README.md tells how it behaves."""

from __future__ import annotations

from .delivery import Attempt, Delivery
from .faults import (
    CALL_FAULTS,
    CHAOS,
    EVENT_FAULTS,
    Fault,
    cut_off,
    drop_after,
    drop_before,
    error,
    garbage,
    http_500,
    internal_error,
    late,
    rate_limited,
    slow,
)
from .standin import APP, BOT, BOT_USER, TEAM, SlackStandIn
from .world import Call, Channel, File, SlackError, User, UserGroup

__all__ = [
    "APP",
    "BOT",
    "BOT_USER",
    "CALL_FAULTS",
    "CHAOS",
    "EVENT_FAULTS",
    "TEAM",
    "Attempt",
    "Call",
    "Channel",
    "Delivery",
    "Fault",
    "File",
    "SlackError",
    "SlackStandIn",
    "User",
    "UserGroup",
    "cut_off",
    "drop_after",
    "drop_before",
    "error",
    "garbage",
    "http_500",
    "internal_error",
    "late",
    "rate_limited",
    "slow",
]
