"""What is only possible: readings that need a look at finished tables."""
