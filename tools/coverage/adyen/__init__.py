"""The same proof for Adyen's library: every method of one release of each shape, reached in every way there is.

What a method sends is told by running it with the HTTP client replaced; what that takes is looked up in the pack's
operations by the URL that was sent. The scan has to name verb, path and scopes alike.
"""
