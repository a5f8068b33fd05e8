"""Between the web server and Django: what a client may take its time with happens here, in the event loop, and never in a
thread that could make somebody else's page. [README](README.md).
"""
