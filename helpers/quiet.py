"""Keras and TensorFlow, imported without the messages about processors that TensorFlow writes when it loads.

They come from C++ code, straight to the file descriptor of stderr, where neither Python's `warnings` nor its
`logging` reaches them. `from helpers.quiet import keras, tf` is otherwise `import keras, tensorflow as tf`.
"""

import os
import sys
import tempfile

if sys.platform == "emscripten":
    raise ImportError(
        "TensorFlow has no build for a page, so this lesson cannot run here. Run it on Binder, "
        "or by `make lab` on a machine of your own; all that it prints is stored in it."
    )
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # later on, errors only
# By itself TensorFlow uses these kernels on some processors only; on the one without that we
# measured, training took a fifth less.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
sys.stderr.flush()
_stderr = os.dup(2)
with tempfile.TemporaryFile() as _messages:
    os.dup2(_messages.fileno(), 2)
    try:
        import keras
        import tensorflow as tf
    except BaseException:
        # Then the messages may say why.
        os.dup2(_stderr, 2)
        _messages.seek(0)
        sys.stderr.write(_messages.read().decode(errors="replace"))
        raise
    finally:
        os.dup2(_stderr, 2)
        os.close(_stderr)

__all__ = ["keras", "tf"]
