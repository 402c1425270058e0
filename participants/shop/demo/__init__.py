"""`make demo`: 2,200 orders through real processes, the orchestrator killed in the middle, the books checked."""
