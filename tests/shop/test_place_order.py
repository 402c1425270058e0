"""The definition fits the services: every participant and action exists, every expression names a step before it."""

import re
from typing import Any

from google.protobuf import json_format

from participants.shop.demo.play import DEFINITION
from sagaway.definitions import load_definition
from sagaway.v1 import participant_service_pb2
from tests.shop.world import SERVICES, Shop

EXPRESSION = re.compile(r"\$\{([^}]*)\}")


def expressions(value: Any) -> list[str]:
    match value:
        case str():
            return EXPRESSION.findall(value)
        case dict():
            return [found for each in value.values() for found in expressions(each)]
        case list():
            return [found for each in value for found in expressions(each)]
    return []


def test_it_goes_the_way_of_an_order() -> None:
    definition = load_definition(DEFINITION)

    assert definition.name == "place_order"
    assert [(step.id, step.participant) for step in definition.steps] == [
        ("create_order", "order"),
        ("reserve_inventory", "inventory"),
        ("process_payment", "payment"),
    ]
    assert definition.timeout.seconds == 600


def test_expressions_see_only_the_input_and_earlier_steps() -> None:
    definition = load_definition(DEFINITION)
    before: set[str] = set()
    for step in definition.steps:
        for expression in expressions(json_format.MessageToDict(step.input)):
            root, *path = expression.split(".")
            assert root == "input" or (root == "steps" and path[0] in before), expression
        before.add(step.id)
    for expression in expressions(json_format.MessageToDict(definition.output)):
        assert expression.split(".")[1] in before


async def test_every_action_is_offered_and_can_be_undone(shop: Shop) -> None:
    definition = load_definition(DEFINITION)

    assert {step.participant for step in definition.steps} == SERVICES.keys()
    for step in definition.steps:
        described = await shop.stubs[step.participant].DescribeActions(participant_service_pb2.DescribeActionsRequest())
        actions = {action.name: action for action in described.actions}
        assert actions[step.action].compensatable
        assert actions[step.action].description
        assert described.stable_replies
