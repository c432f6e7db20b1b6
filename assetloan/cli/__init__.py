"""The commands of run.py: thin, over the same services as the pages."""
