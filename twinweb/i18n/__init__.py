"""Arabic and locale matters."""
