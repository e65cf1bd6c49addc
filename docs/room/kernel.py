"""A kernel for a room: without what listens to everybody who has a program on the machine.

Those who attach a debugger need no password, and a message to the channel of forked programs may be as long
as memory is. Neither can be turned off by a setting of ipykernel's.
"""

import sys

if __name__ == "__main__":
    del sys.path[0]  # of this folder nothing is a lesson's

    from ipykernel import debugger, kernelapp

    debugger._is_debugpy_available = False

    class IOPubThread(kernelapp.IOPubThread):
        def __init__(self, socket, pipe=False, **options):
            super().__init__(socket, pipe=False, **options)

    kernelapp.IOPubThread = IOPubThread
    kernelapp.launch_new_instance()
