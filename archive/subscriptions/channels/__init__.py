"""The channels by which messages reach subscribers: each module says how its own is spoken to."""
