"""The pages that join several domains: shell, home, scan page, error pages."""
