"""Finding things: search that is as fast at 200,000 assets as at 200, saved filters, what a place should hold."""
