"""When to try again: exponential backoff with a cap and full jitter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.core.retry import (
    COMPENSATE_DEFAULT,
    EXECUTE_DEFAULT,
    MAX_ATTEMPTS,
    MAX_BACKOFF,
    RETRYABLE_DEFAULT,
    SECOND,
    RetryPolicy,
)

policies = st.builds(
    RetryPolicy,
    max_attempts=st.integers(1, MAX_ATTEMPTS),
    initial_backoff=st.integers(1, MAX_BACKOFF),
    max_backoff=st.integers(1, MAX_BACKOFF),
    multiplier=st.floats(1, 10),
)
attempts = st.integers(1, MAX_ATTEMPTS)
quick = settings(max_examples=50, deadline=None, database=None)


def test_the_ceiling_doubles_up_to_the_cap() -> None:
    policy = RetryPolicy(10, SECOND, 10 * SECOND)
    assert [policy.ceiling(attempt) // SECOND for attempt in range(1, 8)] == [1, 2, 4, 8, 10, 10, 10]


def test_a_multiplier_of_one_keeps_the_ceiling() -> None:
    policy = RetryPolicy(10, SECOND, 10 * SECOND, 1.0)
    assert {policy.ceiling(attempt) for attempt in range(1, 10)} == {SECOND}


def test_a_cap_below_the_first_wait_holds_from_the_first() -> None:
    assert RetryPolicy(3, 10 * SECOND, SECOND).ceiling(1) == SECOND


@quick
@given(policies, attempts, st.floats(0, 1, exclude_max=True))
def test_a_wait_is_between_zero_and_its_ceiling(policy: RetryPolicy, attempt: int, jitter: float) -> None:
    wait = policy.wait(attempt, jitter)
    assert isinstance(wait, int)
    assert 0 <= wait <= policy.ceiling(attempt) <= policy.max_backoff


@quick
@given(policies, st.integers(1, MAX_ATTEMPTS - 1))
def test_the_ceiling_never_shrinks(policy: RetryPolicy, attempt: int) -> None:
    assert policy.ceiling(attempt) <= policy.ceiling(attempt + 1)


@pytest.mark.parametrize("attempt", [MAX_ATTEMPTS, 10**9])
def test_a_late_attempt_does_not_overflow(attempt: int) -> None:
    assert RetryPolicy(MAX_ATTEMPTS, MAX_BACKOFF, MAX_BACKOFF, 10.0).ceiling(attempt) == MAX_BACKOFF


def test_the_jitter_is_full() -> None:
    policy = RetryPolicy(10, SECOND, 10 * SECOND)
    assert [policy.wait(1, jitter) for jitter in (0.0, 0.25, 0.5)] == [0, SECOND // 4, SECOND // 2]


@quick
@given(policies, st.integers(0, MAX_BACKOFF))
def test_no_run_of_attempts_takes_longer_than_the_budget(policy: RetryPolicy, attempt_timeout: int) -> None:
    took = attempt_timeout
    for attempt in range(1, policy.max_attempts):
        took += policy.wait(attempt, 0.999_999) + attempt_timeout
    assert took <= policy.budget(attempt_timeout)


def test_the_budget_of_one_attempt_is_that_attempt() -> None:
    assert RetryPolicy(1, SECOND, SECOND).budget(7) == 7


def test_the_defaults_are_as_patient_as_they_say() -> None:
    assert EXECUTE_DEFAULT.max_attempts == 10
    assert COMPENSATE_DEFAULT.budget(0) / SECOND / 3600 == pytest.approx(3.4, abs=0.1)
    assert RETRYABLE_DEFAULT.budget(0) > COMPENSATE_DEFAULT.budget(0)
