"""From disk to the domain: decks and exercises, with file and line in every error."""
