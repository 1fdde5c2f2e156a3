"""Files of entries: agreements, agendas, slides and photos, after the text and never with it."""
