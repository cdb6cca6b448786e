"""The Textual front end. Calls the engine; decides nothing itself."""
