"""Telling others that a saga needs a person: the dead-letter webhook. Optional; only `orchestrator.app` wires it."""
