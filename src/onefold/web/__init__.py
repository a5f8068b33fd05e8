"""Who is at the door: parse, call one action or some queries, render. No rules live here."""
