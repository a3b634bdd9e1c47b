"""Doing jobs: in threads of the server, or by Celery workers; and delivering notifications beside it."""

from bole.jobs.background import Background
from bole.jobs.chunks import due_chunks, run_chunk, take_chunk

__all__ = ["Background", "due_chunks", "run_chunk", "take_chunk"]
