"""What the system tells people: the outbox, written with the change; the only package that may talk outward."""
