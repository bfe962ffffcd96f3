"""What can go wrong with the demo: printed in one sentence, exit status 1.

DemoError
├── NoPhotographs     scikit-image, which carries the bundled photographs, is not installed
├── NoPictures        the given folder holds none
├── PortInUse         another program answers on the backend's or the feed's port
├── BackendStopped    the backend ended before it was ready
├── NoExtension       the extension is not built
└── NoBrowser         no browser that loads it, or none of the display it needs
"""


class DemoError(Exception):
    """Base of all; carries a sentence for people."""


class NoPhotographs(DemoError):
    pass


class NoPictures(DemoError):
    pass


class PortInUse(DemoError):
    pass


class BackendStopped(DemoError):
    pass


class NoExtension(DemoError):
    pass


class NoBrowser(DemoError):
    pass
