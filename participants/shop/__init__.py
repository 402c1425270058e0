"""A small homeware shop in four services, to show sagas on: order, inventory, payment, shipping. docs/shop.md is the tour."""
