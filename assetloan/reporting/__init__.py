"""Figures for a period, counted from dated facts. Reads only."""
