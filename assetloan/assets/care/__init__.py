"""Care of things: maintenance plans and repairs [ข้อ 212], warranty, attached papers."""
