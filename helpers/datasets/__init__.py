"""The course's data: a table of customers, a photo, handwritten digits, and letters drawn on request.

Each loader is imported when it is first asked for, so that nobody waits for the libraries of the others.
Keras runs only in a separate process, when MNIST has to be downloaded.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for editors, which do not run __getattr__
    from .customers import load_customers
    from .files import DataError
    from .letters import Letters, make_letters
    from .mnist import MNIST, load_mnist
    from .own_table import load_table, table_pieces
    from .photo import load_photo

__all__ = [
    "MNIST",
    "DataError",
    "Letters",
    "load_customers",
    "load_mnist",
    "load_photo",
    "load_table",
    "make_letters",
    "table_pieces",
]

_MODULES = {
    "MNIST": "mnist",
    "DataError": "files",
    "Letters": "letters",
    "load_customers": "customers",
    "load_mnist": "mnist",
    "load_photo": "photo",
    "load_table": "own_table",
    "make_letters": "letters",
    "table_pieces": "own_table",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
