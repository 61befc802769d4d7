"""A static analyzer that keeps payment and store integrations at least privilege."""

__version__ = "0.1.0"
