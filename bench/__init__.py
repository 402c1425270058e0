"""The price of Sagaway: `make bench` runs the workload order-3 and prints what it costs beside bare calls.

**order-3**: three sequential steps, payloads of 200 bytes, participants in one other process with trivial handlers and
no database, every step durable before the next. Four contenders run side by side, in turns, in one run:

- *floor*: a client makes the three calls itself, grpc.aio, no log. Nobody can be faster with these calls.
- *pass*: the orchestrator with a log in memory: everything but durability.
- *sqlite*: the orchestrator as it is.
- *plain*: the same, with participants that do not offer ExecuteBatch: every step is an RPC of its own.

The floor makes three RPCs a saga, *plain* four (StartSaga is one), so 0.75 of the floor is its ceiling.
Machines are shared and noisy: the turns are interleaved, quote ratios and processor time, not single figures.
"""
