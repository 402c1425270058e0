"""The demo's data: what the shop holds before (`seed.json`) and the orders with their stated ends (`orders.jsonl`)."""
