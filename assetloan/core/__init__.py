"""What every package may use and that knows no domain: database, errors, clock, calendar, text, money, words, ids."""
