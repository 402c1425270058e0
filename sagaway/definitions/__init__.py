"""Saga definitions, written as YAML or JSON or built in Python: both ways make the same message.

    from sagaway.definitions import PIVOT, SagaBuilder, load_definition, saga_input

    message = load_definition(Path("place_order.yaml"))

    saga = SagaBuilder("place_order", version=1)
    order = saga.step("create_order", participant="order", action="create_order", input=saga_input())
    saga.step("pay", participant="payment", action="pay", kind=PIVOT, input={"order_id": order.output("order_id")})
    message = saga.build()

What a definition means is checked when it is registered, with every fault at once; docs/definitions.md explains it.
"""

from sagaway.definitions.builder import (
    COMPENSATABLE,
    PIVOT,
    RETRYABLE,
    Retry,
    SagaBuilder,
    Step,
    escape,
    saga_input,
)
from sagaway.definitions.documents import DefinitionSyntaxError, SyntaxFault
from sagaway.definitions.loader import load_definition

__all__ = [
    "COMPENSATABLE",
    "PIVOT",
    "RETRYABLE",
    "DefinitionSyntaxError",
    "Retry",
    "SagaBuilder",
    "Step",
    "SyntaxFault",
    "escape",
    "load_definition",
    "saga_input",
]
