"""The ledger: what must be remembered, in one database. The only place that speaks SQL.

`Ledger.open(url)` gives the database, `begin()` and `read()` its transactions, and a transaction the tables.
"""

from jobs.ledger.audit import AuditRow, Broken
from jobs.ledger.channels import ChannelSetting, Listens
from jobs.ledger.database import Ledger, LedgerBusy, LedgerError, Transaction, sqlite_url
from jobs.ledger.handovers import HandOver
from jobs.ledger.inbox import Claimed, Incoming
from jobs.ledger.outbox import Change, OutboxRow, Outgoing, State
from jobs.ledger.questions import Feedback, Question

__all__ = [
    "AuditRow",
    "Broken",
    "Change",
    "ChannelSetting",
    "Claimed",
    "Feedback",
    "HandOver",
    "Incoming",
    "Ledger",
    "LedgerBusy",
    "LedgerError",
    "Listens",
    "OutboxRow",
    "Outgoing",
    "Question",
    "State",
    "Transaction",
    "sqlite_url",
]
