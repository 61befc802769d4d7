"""One run under a service that builds and checks: what it is told by its environment, and what it gives back."""
