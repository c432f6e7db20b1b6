"""Booking ahead: calendars, opening days, who comes next, what nobody collected, and calendar feeds."""
