"""The web: the pages a person keeps their diary with. The only room that knows Django."""
