"""The demo feed of `make run`: a page like a social feed, and a browser that shows it with badges.

No part of the judging service: it has its own port, and nothing of the service imports it.
"""
