"""What an attempt's answer means: the one table from gRPC codes to what happens next."""

from __future__ import annotations

import grpc
import pytest

from orchestrator.core.outcome import (
    CLASSES,
    IN_PROGRESS,
    FailureClass,
    classify,
    invalid_answer,
)
from tests.core.stories import ALL_CODES, failed, step


def test_the_table_has_every_grpc_code_but_ok() -> None:
    assert set(CLASSES) == ALL_CODES == {code.name for code in grpc.StatusCode} - {"OK"}


@pytest.mark.parametrize(
    ("class_", "codes"),
    [
        (
            FailureClass.UNKNOWN,
            "UNAVAILABLE DEADLINE_EXCEEDED UNKNOWN INTERNAL ABORTED RESOURCE_EXHAUSTED CANCELLED DATA_LOSS",
        ),
        (FailureClass.PERMANENT, "INVALID_ARGUMENT NOT_FOUND ALREADY_EXISTS FAILED_PRECONDITION OUT_OF_RANGE"),
        (FailureClass.DEPLOYMENT, "UNAUTHENTICATED PERMISSION_DENIED UNIMPLEMENTED"),
        (FailureClass.IN_PROGRESS, ""),
    ],
)
def test_each_code_is_in_its_class(class_: FailureClass, codes: str) -> None:
    assert {code for code in CLASSES if classify(step("a"), failed(code)) is class_} == set(codes.split())


def test_in_progress_is_a_reason_of_aborted_only() -> None:
    assert classify(step("a"), failed("ABORTED", IN_PROGRESS)) is FailureClass.IN_PROGRESS
    assert classify(step("a"), failed("UNAVAILABLE", IN_PROGRESS)) is FailureClass.UNKNOWN
    assert classify(step("a"), failed("FAILED_PRECONDITION", IN_PROGRESS)) is FailureClass.PERMANENT


def test_in_progress_can_not_be_moved_to_stop() -> None:
    one = step("a", stop_codes=("ABORTED",))
    assert classify(one, failed("ABORTED", IN_PROGRESS)) is FailureClass.IN_PROGRESS
    assert classify(one, failed("ABORTED")) is FailureClass.PERMANENT


def test_a_code_nobody_knows_is_of_unknown_outcome() -> None:
    assert classify(step("a"), failed("")) is FailureClass.UNKNOWN
    assert classify(step("a"), failed("CODE_99")) is FailureClass.UNKNOWN


def test_an_answer_that_is_nonsense_is_permanent_whatever_the_definition_says() -> None:
    one = step("a", retry_codes=ALL_CODES)
    assert classify(one, invalid_answer("no outcome")) is FailureClass.PERMANENT
    assert invalid_answer("no outcome").failure.message == "no outcome"


@pytest.mark.parametrize("code", sorted(ALL_CODES))
def test_a_definition_moves_a_code_between_retry_and_stop(code: str) -> None:
    assert classify(step("a", retry_codes=(code,)), failed(code)) is FailureClass.UNKNOWN
    assert classify(step("a", stop_codes=(code,)), failed(code)) is FailureClass.PERMANENT


def test_a_negative_pushback_stops_unless_the_definition_asks_for_a_retry() -> None:
    assert classify(step("a"), failed("UNAVAILABLE", no_retry=True)) is FailureClass.PERMANENT
    patient = step("a", retry_codes=("UNAVAILABLE",))
    assert classify(patient, failed("UNAVAILABLE", no_retry=True)) is FailureClass.UNKNOWN
