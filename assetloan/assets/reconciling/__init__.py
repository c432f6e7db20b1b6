"""The register against the books: the accounting system's list, its differences, explained and signed off."""
