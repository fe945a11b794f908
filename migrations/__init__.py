"""Alembic migrations; `triggers.py` re-creates all triggers after each."""
