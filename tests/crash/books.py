"""What must hold at the end, read from the files by code that shares nothing with the product."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.crash.participants import read_effects
from tests.crash.scenarios import Scenario, Story

_ENDS = {"COMPLETED": "SagaCompleted", "COMPENSATED": "SagaCompensated", "STUCK": "SagaStuck"}


def audit(folder: Path, scenario: Scenario) -> list[str]:
    """Return every violation of DESIGN section 10, and every saga that did not end as its story says."""
    faults = []
    notes = folder / "violations"
    if notes.exists():
        faults += notes.read_text().splitlines()
    effects = read_effects(folder)
    with closing(sqlite3.connect(f"file:{folder / 'log.db'}?mode=ro", uri=True)) as log:
        (sound,) = log.execute("PRAGMA integrity_check").fetchone()
        if sound != "ok":
            faults.append(f"the log's file is damaged: {sound}")
        for saga_id, story in scenario.stories.items():
            faults += (f"{saga_id}: {fault}" for fault in _audit_log(log, saga_id, story))
            mine = [(place, step, phase) for place, _, saga, step, phase in effects if saga == saga_id]
            faults += (f"{saga_id}: {fault}" for fault in _audit_effects(scenario, story, mine))
        (sagas,) = log.execute("SELECT count(*) FROM sagas").fetchone()
        if sagas != len(scenario.stories):
            faults.append(f"the log has {sagas} sagas")
    return faults


def _audit_log(log: sqlite3.Connection, saga_id: str, story: Story) -> list[str]:
    query = "SELECT uid, sequence, state, cause, end_time, owner_epoch, quarantine_reason FROM sagas WHERE saga_id = ?"
    row = log.execute(query, (saga_id,)).fetchone()
    if row is None:
        return ["it was never started"]
    uid, sequence, state, cause, end_time, owner, quarantine = row
    found = log.execute("SELECT sequence, type FROM events WHERE uid = ? ORDER BY sequence", (uid,)).fetchall()
    types = [type_ for _, type_ in found]
    faults = []
    if (state, cause) != (story.state, story.cause):
        faults.append(f"it is {state} for {cause}, not {story.state} for {story.cause}; events: {types}")
    if quarantine:
        faults.append(f"it is in quarantine: {quarantine}")
    if [place for place, _ in found] != list(range(1, sequence + 1)):
        faults.append(f"its row says sequence {sequence}, its events are {[place for place, _ in found]}")
    if types[:1] != ["SagaStarted"] or types.count("SagaStarted") != 1:
        faults.append(f"its events begin with {types[:2]}")
    ends = [type_ for type_ in types if type_ in _ENDS.values()]
    if ends != [_ENDS[story.state]] or types[-1] != ends[0]:
        faults.append(f"its ends are {ends}, its last event is {types[-1:]}")
    if (end_time is None) is not (story.state == "STUCK") or owner is not None:
        faults.append(f"its row says end {end_time}, owner {owner}")
    return faults


def _audit_effects(scenario: Scenario, story: Story, effects: list[tuple[int, str, str]]) -> list[str]:
    faults = []
    times = Counter((step, phase) for _, step, phase in effects)
    faults += [f"{phase} of {step} took effect {count} times" for (step, phase), count in times.items() if count > 1]
    places = {(step, phase): place for place, step, phase in effects}
    standing = {step for step, phase in places if phase == "do" and (step, "undo") not in places}
    if standing != set(story.standing):
        faults.append(f"the effects of {sorted(standing)} stand, not those of {sorted(story.standing)}")
    for before, after in _edges(scenario):
        if places.get((after, "do"), 1 << 60) < places.get((before, "do"), 0):
            faults.append(f"{after} was done before {before}")
        if places.get((before, "undo"), 1 << 60) < places.get((after, "undo"), 0):
            faults.append(f"{before} was undone before {after}")
    faults += [f"{step} was undone before it was done" for step, phase in places if _turned(places, step, phase)]
    return faults


def _turned(places: dict[tuple[str, str], int], step: str, phase: str) -> bool:
    return phase == "undo" and places[step, phase] < places.get((step, "do"), 1 << 60)


def _edges(scenario: Scenario) -> list[tuple[str, str]]:
    """Direct predecessors; a step without `after` follows the one before it."""
    edges, last = [], ""
    for step in scenario.document["steps"]:
        for before in step.get("after", [last] if last else []):
            edges.append((before, step["id"]))
        last = step["id"]
    return edges
