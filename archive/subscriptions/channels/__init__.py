"""The ways to a subscriber: each module has one `send(message, delivery)` of the same signature."""
