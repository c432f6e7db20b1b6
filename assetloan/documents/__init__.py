"""Files in and out: spreadsheets, photos and PDFs. Untrusted bytes stay in here."""
