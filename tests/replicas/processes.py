"""What one process does by itself, and the database with what it sends: a twin of the engine, in as few words.

A process here does what `orchestrator.engine.runner` and `knowledge` do with one saga, `committer` with one append, and
`orchestrator.store` with one transaction; see there why. What depends on the network and on other processes is in `model`.

    reload    fold the log anew; what was decided on the old state is decided again
    decide    ask the core; what follows is sent to the database as one append
    arrive    a copy of the append is at the database: fence, own id, compare-and-set, write; all at once
    heard     the database's answer is there
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from tests.replicas.deciding import CANCEL, COMPENSATE, EXECUTE, TICK, Answer, Core, Knowledge, Told
from tests.replicas.world import NONE, Call, Fault, Kind, Lease, Numbers, Outcome, Process, Write, sent_bit


class Owner(StrEnum):
    """Whom the saga's row names, as one process sees it."""

    NOBODY = "nobody"
    ME = "me"
    OTHER = "other"
    EXPIRED = "expired"
    ENDED = "ended"


class Act(StrEnum):
    """What happens."""

    BEGIN = "begin"
    SEND = "send"
    DELIVER = "deliver"
    STRAY = "stray"
    HEAR = "hear"
    LOSE = "lose"
    ARRIVE = "arrive"
    HEARD = "heard"
    DOUBT = "doubt"
    TICK = "tick"
    RELOAD = "reload"
    CANCEL = "cancel"
    GIVE_BACK = "give back"
    CRASH = "crash"
    EXPIRE = "expire"
    END = "end"
    CLAIM = "claim"
    CLAIM_UNHEARD = "claim unheard"
    START = "start"
    TIME_UP = "time up"


@dataclass(frozen=True)
class Rules:
    """What the protocol keeps to. Each can be turned off, to see that what it is there for is found.

    Attributes:
        fence: an append is refused if its process's row is ended.
        compare_and_set: an append is refused if the log is not as it was when it was decided.
        ends_rows: a takeover ends the row of whom it takes over.
        claims_orphans: somebody takes what the owner of an ended row has left.
        tells_orphans: a takeover tells the new owner that calls may be on their way.
        remembers_claims: who claimed an orphan by a COMMIT that got no answer knows so, whatever was appended since.
        tombstones: a Compensate that finds no barrier row leaves one.
        owners_give_back: a give-back is refused if its process does not own the saga.
    """

    fence: bool = True
    compare_and_set: bool = True
    ends_rows: bool = True
    claims_orphans: bool = True
    tells_orphans: bool = True
    remembers_claims: bool = True
    tombstones: bool = True
    owners_give_back: bool = True


ALL = Rules()


class Change(NamedTuple):
    """Something that a process does, or that the database does with what it sent.

    Attributes:
        act: what.
        step: of this step, if it is about one.
        note: what more a story tells: an answer, an outcome, a list of events.
        process: the process after it, by number; NONE: nothing is left of it.
        log: the saga that the log makes after it.
        events: what was appended, by number; 0: nothing.
        takes: nobody else owns the saga any more.
        marks: the head was set.
        fault: the fault that it is, or NONE.
        may_arrive: messages that may arrive from now on, as bits of `World.sent`.
        late: Executes whose sender waits no longer, counted there.
        scar: what must never happen and did.
    """

    act: Act
    process: int
    log: int
    step: int = NONE
    note: int = 0
    events: int = 0
    takes: bool = False
    marks: bool = False
    fault: int = NONE
    may_arrive: int = 0
    late: int = 0
    scar: str = ""


class Processes:
    """What processes of one scenario do.

    Attributes:
        numbers: the processes that were met.
    """

    def __init__(self, core: Core, rules: Rules) -> None:
        self.numbers: Numbers[Process] = Numbers()
        self._core = core
        self._rules = rules
        self._steps = len(core.definition.steps)
        self._stable = [step.facts.stable_replies for step in core.definition.steps]
        self._remembered: dict[tuple[int, int, bool, Owner], tuple[Change, ...]] = {}
        self.new = self.number(Process(calls=(None,) * self._steps))

    def number(self, process: Process) -> int:
        """Return its number once what no longer matters is forgotten; NONE: nothing is left of it."""
        if not process.alive:
            write = process.write
            if write is not None:
                write = write._replace(told=(), outcome=Outcome.NONE) if write.copies else None
            process = process._replace(
                view=NONE,
                fresh=0,
                inherited=(),
                calls=(None,) * self._steps,
                write=write,
                lease=max(process.lease, Lease.EXPIRED),
            )
        if process.lease == Lease.ENDED:
            if self._rules.fence and not process.alive:
                process = process._replace(write=None)
            if process.view == NONE and process.write is None and process.alive:
                process = process._replace(alive=False)  # whatever it does next, it learns of it
        if process.write is None:
            process = process._replace(marked=False)
        if not (process.alive and process.owns):
            process = process._replace(unheard=NONE, orphan=False)
        if not (process.alive or process.owns or process.write is not None):
            return NONE
        return self.numbers.of(process)

    def settled(self, log: int) -> bool:
        """Say whether a saga moves no more by itself."""
        return self._core.sagas[log].settled

    def changes(self, number: int, log: int, owner: Owner, *, late: bool) -> tuple[Change, ...]:
        """Return what a process may do, whatever is left in the budget."""
        key = (number, log, late, owner)
        if key not in self._remembered:
            self._remembered[key] = tuple(self._changes(self.numbers.values[number], log, owner, late))
        return self._remembered[key]

    def _changes(self, process: Process, log: int, owner: Owner, late: bool) -> Iterator[Change]:
        if process.write is not None and process.write.copies:
            yield self._arrive(process, process.write, log)
        if not process.alive:
            return
        yield self._gone(process, log, Act.CRASH)
        if process.lease == Lease.VALID:
            yield self._change(Act.EXPIRE, process._replace(lease=Lease.EXPIRED), log, fault=Fault.EXPIRY)
        if process.view != NONE:
            yield from self._drive(process, log, owner, late)
        elif process.write is None and process.lease != Lease.ENDED and not self.settled(log):
            orphan = self._is_orphan(owner)
            if owner in (Owner.NOBODY, Owner.ME) or orphan:
                yield self._reload(process, log, owner, (), late, Act.CLAIM)
            if owner is Owner.NOBODY or orphan:
                unheard = process._replace(owns=True, unheard=log, orphan=orphan)
                yield self._change(Act.CLAIM_UNHEARD, unheard, log, takes=True, fault=Fault.DOUBT)
            if owner not in (Owner.NOBODY, Owner.ME) and (write := self._foreign(log, late)) is not None:
                yield self._change(Act.CANCEL, process._replace(write=write), log, note=1, fault=Fault.CANCEL)
        if process.write is not None:
            if process.write.outcome:
                yield from self._heard(process, process.write, log, owner, late)
            if (again := self._again(process.write)) is not None:
                yield self._change(Act.DOUBT, process._replace(write=again), log, fault=Fault.DOUBT)

    @staticmethod
    def _again(write: Write) -> Write | None:
        """An append whose COMMIT got no answer, sent again; None: nothing would be new.

        The first copy may still arrive. Of a give-back it may not: a COMMIT is sent only once its UPDATE has locked the
        saga's row, so a second copy waits until it is known what became of the first. Of other appends it is left open.
        """
        most = 1 if write.kind == Kind.GIVE_BACK else 2
        copies = min(write.copies + 1, most)
        return write._replace(copies=copies, outcome=Outcome.NONE) if copies > write.copies or write.outcome else None

    def _drive(self, process: Process, log: int, owner: Owner, late: bool) -> Iterator[Change]:
        yield from self._send(process, log)
        if process.write is not None:
            return  # what comes meanwhile waits
        for step, call in enumerate(process.calls):
            if call is not None:
                yield from self._hear(process, log, step, call, late)
        if process.view != log or process.lease == Lease.ENDED:
            yield self._reload(process, log, owner, (), late, Act.RELOAD)
        if (ticked := self._decide(process, TICK, late)) is not process:
            yield self._change(Act.TICK, ticked, log)
        told = self._core.decide(process.view, (CANCEL,), self._known(process), late=late)
        if told is not None and told[1]:
            yield self._change(Act.CANCEL, self._decide(process, (CANCEL,), late), log, fault=Fault.CANCEL)
        if not process.on_wire:
            write = Write(Kind.GIVE_BACK, process.view, process.view, 0)
            yield self._change(Act.GIVE_BACK, process._replace(write=write), log, fault=Fault.GIVE_BACK)

    # Calls ---------------------------------------------------------------------------------------------------------

    def _send(self, process: Process, log: int) -> Iterator[Change]:
        """Send what is due as the committed state says; while an append is under way, what was due before and still is."""
        due = self._core.due(process.view, process.inherited)
        if (write := process.write) is not None:
            still = {each[:2] for each in self._core.due(write.result, process.inherited)}
            still -= {(told.step, told.phase) for told in write.told}
            due = tuple(each for each in due if each[:2] in still) if write.kind == Kind.OWNER else ()
        for step, phase, attempt in due:
            if process.calls[step] is None:
                completed = phase == COMPENSATE and self._core.outcome_known(process.view, step)
                call = Call(phase, attempt, completed)
                sent = self._with_call(process, step, call)._replace(fresh=process.fresh & ~(1 << step))
                counted = phase == EXECUTE and not self._stable[step]
                bit = 0 if counted else sent_bit(step, phase, completed=completed)
                scar = "" if self._core.intends(log, step, phase) else "something was sent without an intent in the log"
                yield self._change(Act.SEND, sent, log, step=step, note=phase, may_arrive=bit, scar=scar)

    def _hear(self, process: Process, log: int, step: int, call: Call, late: bool) -> Iterator[Change]:
        after = self._with_call(process, step, None)
        if call.answer:
            told = Told(step, call.phase, call.attempt, call.answer)
            yield self._change(Act.HEAR, self._decide(after, (told,), late), log, step=step, note=call.answer)
        told = Told(step, call.phase, call.attempt, Answer.UNKNOWN)
        lost = self._decide(after, (told,), late)
        yield self._change(Act.LOSE, lost, log, step=step, fault=Fault.LOSS, late=self._abandoned(call, step))

    def _abandoned(self, call: Call | None, step: int) -> int:
        """What may yet arrive once nobody waits for a call: of those that arrive at most once, in bits of `World.sent`."""
        counts = call is not None and call.answer == Answer.NONE and call.phase == EXECUTE and not self._stable[step]
        return sent_bit(step, EXECUTE) if counts else 0

    def _all_abandoned(self, process: Process) -> int:
        return sum(self._abandoned(call, step) for step, call in enumerate(process.calls))

    @staticmethod
    def _with_call(process: Process, step: int, call: Call | None) -> Process:
        return process._replace(calls=(*process.calls[:step], call, *process.calls[step + 1 :]))

    # Deciding ------------------------------------------------------------------------------------------------------

    @staticmethod
    def _known(process: Process) -> Knowledge:
        return Knowledge(process.on_wire, process.fresh, process.inherited)

    def _decide(self, process: Process, told: tuple[Told, ...], late: bool) -> Process:
        """Return the process once it has decided, with what follows on its way to the database, if anything does."""
        decided = self._core.decide(process.view, told, self._known(process), late=late)
        if decided is None or not decided[1]:
            return process
        result, events = decided
        write = Write(Kind.OWNER, process.view, result, events, told)
        return process._replace(write=write, fresh=process.fresh | self._core.intended(events))

    def _foreign(self, log: int, late: bool) -> Write | None:
        """A cancel that somebody who does not own the saga decides; None: there is nothing to append.

        What the owner may have on the wire is taken to be there (`orchestrator.engine.writing`).
        """
        on_wire = sum({1 << step for step, _, _ in self._core.left_behind(log)})
        decided = self._core.decide(log, (CANCEL,), Knowledge(on_wire), late=late)
        return Write(Kind.FOREIGN, log, *decided, (CANCEL,)) if decided is not None and decided[1] else None

    def _is_orphan(self, owner: Owner) -> bool:
        return (owner is Owner.ENDED and self._rules.claims_orphans) or (
            owner is Owner.EXPIRED and not self._rules.ends_rows
        )

    def _reload(self, process: Process, log: int, owner: Owner, told: tuple[Told, ...], late: bool, act: Act) -> Change:
        """Read the saga anew, and take it if it is to be had; else leave it."""
        if process.lease == Lease.ENDED:
            return self._gone(process, log, act)
        orphan = self._is_orphan(owner)
        if process.unheard != NONE and owner is Owner.ME:
            orphan = process.orphan and (self._rules.remembers_claims or process.unheard == log)
        if self.settled(log) or not (orphan or owner in (Owner.ME, Owner.NOBODY)):
            return self._leave(process, log, act)
        inherited = process.inherited
        if orphan and self._rules.tells_orphans:
            left = self._core.left_behind(log)
            places = {each[:2] for each in left}
            inherited = (*(each for each in inherited if each[:2] not in places), *left)
        inherited = tuple(sorted(self._core.still_inherited(log, inherited)))
        known = process._replace(unheard=NONE, orphan=False)
        mine = known._replace(owns=True, view=log, fresh=0, inherited=inherited, write=None)
        note = list(Owner).index(owner)
        return self._change(act, self._decide(mine, told, late), log, note=note, takes=True)

    def _leave(self, process: Process, log: int, act: Act, note: int = 0) -> Change:
        after = process._replace(view=NONE, fresh=0, inherited=(), calls=(None,) * self._steps, write=None)
        return self._change(act, after, log, note=note, late=self._all_abandoned(process))

    def _gone(self, process: Process, log: int, act: Act, note: int = 0) -> Change:
        fault = Fault.CRASH if act is Act.CRASH else NONE
        late = self._all_abandoned(process)
        return self._change(act, process._replace(alive=False), log, note=note, late=late, fault=fault)

    # The database --------------------------------------------------------------------------------------------------

    def _arrive(self, process: Process, write: Write, log: int) -> Change:
        outcome, after, scar = self._judge(process, write, log)
        write = write._replace(copies=write.copies - 1, outcome=write.outcome or outcome)
        if outcome != Outcome.COMMITTED or after is None:
            return self._change(Act.ARRIVE, process._replace(write=write), log, note=outcome, scar=scar)
        open_, foreign = not self.settled(after), write.kind == Kind.FOREIGN
        process = process._replace(
            write=write._replace(stands=True),
            owns=open_ and (process.owns if foreign else write.kind == Kind.OWNER),
            lease=Lease.VALID if process.lease == Lease.EXPIRED else process.lease,  # the renewal rides in it
            marked=write.kind == Kind.GIVE_BACK,
        )
        takes = not (foreign and open_)
        return self._change(
            Act.ARRIVE, process, after, note=outcome, events=write.events, takes=takes, marks=True, scar=scar
        )

    def _judge(self, process: Process, write: Write, log: int) -> tuple[Outcome, int | None, str]:
        """The outcome of a copy that arrives, the log after it if it writes, and what must never happen."""
        if self._rules.fence and process.lease == Lease.ENDED:
            return Outcome.FENCED, None, ""
        if write.kind == Kind.GIVE_BACK:
            if process.marked:
                return Outcome.COMMITTED, None, ""
            lands = log == write.expected and (process.owns or not self._rules.owners_give_back)
            return (Outcome.COMMITTED, log, "") if lands else (Outcome.CONFLICT, None, "")
        if write.stands:
            return Outcome.COMMITTED, None, ""
        if log == write.expected:
            return Outcome.COMMITTED, write.result, ""
        if self._rules.compare_and_set or self.settled(log):
            return Outcome.CONFLICT, None, ""
        after = self._core.append(log, write.events)
        if isinstance(after, str):
            return Outcome.COMMITTED, None, f"the log can't be folded any more: {after}"
        return Outcome.COMMITTED, after, ""

    def _heard(self, process: Process, write: Write, log: int, owner: Owner, late: bool) -> Iterator[Change]:
        done = process._replace(write=None)
        if write.outcome == Outcome.FENCED:
            yield self._gone(done, log, Act.HEARD, write.outcome)
        elif write.outcome == Outcome.CONFLICT and write.kind == Kind.FOREIGN:
            again = self._foreign(log, late) if process.lease != Lease.ENDED and not self.settled(log) else None
            yield self._change(Act.HEARD, done._replace(write=again), log, note=write.outcome)
        elif write.outcome == Outcome.CONFLICT:
            yield self._reload(done, log, owner, write.told, late, Act.HEARD)._replace(step=write.outcome)
        elif write.kind == Kind.OWNER and not self.settled(write.result):
            inherited = self._core.still_inherited(write.result, process.inherited)
            after = done._replace(view=write.result, inherited=inherited)
            yield self._change(Act.HEARD, after, log, note=write.outcome)
        elif write.kind == Kind.FOREIGN:
            yield self._change(Act.HEARD, done, log, note=write.outcome)
        else:
            yield self._leave(done, log, Act.HEARD, write.outcome)

    def _change(self, act: Act, process: Process, log: int, **more: object) -> Change:
        return Change(act, self.number(process), log, **more)  # type: ignore[arg-type]
