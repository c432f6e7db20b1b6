"""Labels on things: blank codes in batches, prints and reprints, printers, labelling rounds, adopted barcodes."""
