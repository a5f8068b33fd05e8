"""Django's PostgreSQL backend with connections that notice when the server has stopped answering (`watched.py`)."""
