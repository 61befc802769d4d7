"""From a library's object or a URL to the request, page or event that a call stands for."""
