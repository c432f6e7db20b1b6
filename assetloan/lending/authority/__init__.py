"""Who decides and how long it takes, who answers for a loan, letters of other agencies, what orders let through."""
