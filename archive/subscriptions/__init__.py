"""Who is told of what: enrolment, what a subscription is due, the outbox, and the channels it empties into."""
