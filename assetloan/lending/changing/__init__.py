"""Changes of a running loan: more time [ขอขยายเวลายืม], another borrower [โอนผู้ยืม], another piece at the desk [สลับชิ้น]."""
