"""How fast the service is, beside two references in the same run: `python -m backend.bench`.

No part of the judging service; nothing of the service imports it.
"""
