"""Borrowing and return [ยืม–คืน]: request, approval, hand-over, receipt, approval of the return, compensation."""
