"""The register out of the house: the export that can be edited and put back, and the template for new things."""
