.PHONY: check
check:
	.venv/bin/ruff check twinweb tests migrations wsgi.py
