"""How the parts are joined: settings that run with nothing set, the routes, and the table of reactions."""
