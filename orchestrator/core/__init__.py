"""What a saga is.

Everything here is pure: no async, no clock, no randomness, no I/O, no protobuf. Time, ids and jitter come in as
arguments; what is to be done goes out as data. Instants are integers: microseconds since 1970-01-01 UTC. Durations are
integers: microseconds.
"""
