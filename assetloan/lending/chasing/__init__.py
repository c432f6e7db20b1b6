"""Chasing what is overdue [ติดตามทวงคืน] (ข้อ 211): reminders, the lender's task of seven days, escalation after it."""
