"""How a command ends: the exit codes, and what is said about an error.

Scripts branch on the exit code; people read the text on stderr. An error is never a traceback: one line says what is
wrong, a line each names the fields at fault, and the last says what to do.
"""

from __future__ import annotations

import json
import sys
from enum import IntEnum

from orchestrator.cli.output import clean, errors
from sagaway.client import (
    Aborted,
    AlreadyExists,
    DeadlineExceeded,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    Saga,
    SagaState,
    SagawayError,
    Unauthenticated,
    Unavailable,
    Unimplemented,
    is_settled,
)


class Exit(IntEnum):
    """The exit codes; they are part of the interface."""

    OK = 0
    """Done; of a waited-for saga: COMPLETED."""
    NOT_COMPLETED = 1
    """The waited-for saga is COMPENSATED, ABANDONED, STUCK or in quarantine; of `migrate --check`: something is to be done."""
    USAGE = 2
    """A flag, a file, a setting or the request is wrong; repeating it changes nothing."""
    NOT_FOUND = 3
    """There is no such saga, definition, participant or dead letter."""
    REFUSED = 4
    """Not as things stand: the id or name is taken, the state does not allow it, the database is in use."""
    UNAVAILABLE = 5
    """The orchestrator or the bus can't be reached, is too busy, or did not answer in time. The same command may be repeated."""
    STILL_OPEN = 6
    """`--timeout` was over and the saga is still under way."""
    FAULT = 7
    """A fault of the orchestrator's own; its log says more."""
    LOG_LOST = 8
    """Of `serve`: the disk failed at a commit, or another replica has ended this one. Start it again, so that it reads what
    is really there."""
    INTERRUPTED = 130
    """Ctrl-C."""


EPILOG = (
    "Exit codes: 0 done · 1 the saga did not complete · 2 wrong usage or request · 3 not found · 4 refused as things "
    "stand · 5 orchestrator or bus not reachable · 6 --timeout over, saga still open · 7 fault of the orchestrator · "
    "8 serve: disk failure · 130 interrupted"
)

_CODES: dict[type[SagawayError], Exit] = {
    InvalidArgument: Exit.USAGE,
    NotFound: Exit.NOT_FOUND,
    AlreadyExists: Exit.REFUSED,
    Aborted: Exit.REFUSED,
    FailedPrecondition: Exit.REFUSED,
    PermissionDenied: Exit.REFUSED,
    Unauthenticated: Exit.REFUSED,
    ResourceExhausted: Exit.UNAVAILABLE,
    Unavailable: Exit.UNAVAILABLE,
    DeadlineExceeded: Exit.UNAVAILABLE,
}

_HINTS: dict[str, str] = {
    "SAGA_EXISTS": "use another --id, or repeat the first request exactly to get the same saga",
    "DEFINITION_EXISTS": "registered versions never change: raise `version` in the file",
    "DEFINITION_PAUSED": "leave out --version to resume all versions; pause first what should wait on",
    "DEFINITION_NOT_FOUND": "`sagaway definitions list` shows what is registered",
    "PARTICIPANT_EXISTS": "`sagaway participants update` changes the address or the limits",
    "PARTICIPANT_NOT_FOUND": "`sagaway participants list` shows what is registered",
    "PARTICIPANT_UNREACHABLE": "start the participant, and give the address at which the orchestrator reaches it",
    "SAGA_NOT_FOUND": "`sagaway list` shows the sagas of this --namespace",
    "TOKEN_REQUIRED": "give your token in SAGAWAY_TOKEN, or a file that holds it with --token-file before the command",
    "TOKEN_INVALID": "`sagaway token create` makes a token; it is of use to servers with that tokens file only",
    "ROLE_MISSING": "ask for a token with that role, or name another --namespace",
    "OPERATION_NOT_LEGAL": "`sagaway dead-letters show SAGA_ID` shows where it stands and what is legal",
    "SAGA_CHANGED": "`sagaway explain SAGA_ID` tells what happened meanwhile",
    "SAGA_QUARANTINED": "`sagaway resume SAGA_ID` takes it out again, once its log can be read and written",
    "OVERLOADED": "repeat the command a little later",
}


def exit_code(saga: Saga) -> Exit:
    """Return how a command that waited for ``saga`` ends."""
    if saga.state == SagaState.SAGA_STATE_COMPLETED:
        return Exit.OK
    return Exit.NOT_COMPLETED if is_settled(saga) else Exit.STILL_OPEN


def report(error: SagawayError, *, as_json: bool) -> Exit:
    """Say on stderr what went wrong, and return the exit code.

    Args:
        error: what a call raised.
        as_json: as one JSON document `{"error": {...}}` instead of text.
    """
    if as_json:
        document = {
            "code": error.code.name,
            "reason": error.reason,
            "message": error.message,
            "violations": [violation._asdict() for violation in error.violations],
            "metadata": error.metadata,
        }
        print(json.dumps({"error": document}, ensure_ascii=False), file=sys.stderr)
    else:
        lines = _lines(error)
        what = "the definition" if error.reason == "DEFINITION_INVALID" else "the request"
        # The server's sentence repeats the faults, for clients that show nothing else.
        repeated = len(lines) > 1 and lines[0] in error.message
        complain(f"{what} has {len(lines)} faults" if repeated else error.message, *lines, hint=_hint(error))
    return _CODES.get(type(error), Exit.FAULT)


def complain(message: str, *lines: str, hint: str = "") -> None:
    """Write an error to stderr: a sentence, lines about it, and what to do."""
    console = errors()
    console.print(f"[bold red]error:[/] {clean(message, markup=True)}", highlight=False, soft_wrap=True)
    for line in lines:
        console.print(f"  {clean(line, markup=True)}", highlight=False, soft_wrap=True)
    if hint:
        console.print(f"[dim]hint:[/] {clean(hint, markup=True)}", highlight=False, soft_wrap=True)


def _lines(error: SagawayError) -> list[str]:
    lines = [": ".join(part for part in violation if part) for violation in error.violations]
    return [] if lines == [error.message] else lines


def _hint(error: SagawayError) -> str:
    if error.reason:
        return _HINTS.get(error.reason, "")
    if isinstance(error, Unavailable):
        return (
            "is the orchestrator running? Start it with `sagaway serve`, or say where it is with --address or "
            "SAGAWAY_ADDRESS"
        )
    if isinstance(error, Unimplemented):
        return "what answers at this --address is no orchestrator, or an older one"
    return ""
