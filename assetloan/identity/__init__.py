"""Units, people, roles, delegations and sign-in; the one permission table."""
