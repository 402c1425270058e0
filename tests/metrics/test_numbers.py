"""What is counted with: bounded label values, and buckets as Prometheus means them."""

from __future__ import annotations

from orchestrator.telemetry.numbers import OTHER, Count, Family, Histogram, Labels, Names, qualified


def test_a_bound_belongs_to_its_bucket() -> None:
    histogram = Histogram((1.0, 5.0))
    for value in (0.5, 1.0, 1.1, 5.0, 5.1):
        histogram.observe(value)
    assert histogram.buckets == [2, 2, 1]
    assert histogram.sum == 12.7


def test_names_beyond_the_limit_are_other_and_are_not_remembered() -> None:
    names = Names(2)
    labels_of = lambda key: (names.of(key, key),)  # noqa: E731
    family: Family[str, Count] = Family("f", "help", ("name",), Count, labels_of)
    for number in range(1_000):
        family.of(f"n-{number}").value += 1
    family.of("n-1").value += 1
    counted = {labels: count.value for labels, count in family.series.items()}
    assert counted == {("n-0",): 1, ("n-1",): 2, (OTHER,): 998}
    assert len(family._known) == len(names._known) == 2


def test_a_series_is_asked_for_its_labels_once() -> None:
    asked = []

    def labels_of(key: str) -> Labels:
        asked.append(key)
        return (key,)

    family: Family[str, Count] = Family("f", "help", ("name",), Count, labels_of)
    assert family.of("a") is family.of("a")
    assert asked == ["a"]


def test_a_namespace_stands_before_the_name_unless_it_is_the_default() -> None:
    assert (qualified("default", "order"), qualified("eu", "order")) == ("order", "eu/order")
