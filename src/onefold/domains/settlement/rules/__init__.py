"""Who is paid how much for a sale, and how much of it goes back. Pure: no database, no clock; policy comes in as plain values."""
