"""The register [ทะเบียนครุภัณฑ์]: assets, categories, places, codes, import."""
