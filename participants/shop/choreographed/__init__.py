"""The same shop with no coordinator: order, inventory and payment react to each other's events.

    storefront ─ order.requested ─ order.create_order ─┬─ order.created
                                                       └─ order.rejected ─ order: the cart is refused
    order.created ─ inventory.reserve_inventory ─┬─ inventory.reserved
                                                 └─ inventory.rejected ─ order.cancel_order
    inventory.reserved ─ payment.process_payment ─┬─ payment.completed ─ order: the cart is placed
                                                  └─ payment.failed ─ inventory.release_inventory ─ inventory.released
    inventory.released ─ order.cancel_order ─ order.cancelled ─ order: the cart is refused

What they do, and undo, is in participants/shop/{order,inventory,payment}.py and the same in both modes; here is only who
reacts to what. docs/choreography.md lays the two shops side by side.
"""
