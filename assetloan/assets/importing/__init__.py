"""The register import, its pure part: from the cells of a file to rows that the service can judge and write."""

from assetloan.assets.importing import words  # noqa: F401 - registers the sentences
from assetloan.assets.importing.headers import ASSETS, EXPORT_HEADINGS
from assetloan.assets.importing.rows import PriceMeans, read_assets

__all__ = ["ASSETS", "EXPORT_HEADINGS", "PriceMeans", "read_assets"]
