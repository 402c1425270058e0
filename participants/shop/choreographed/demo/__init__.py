"""`make demo-choreography`: the demo's orders through services that react to each other's events; each process is killed."""
