"""Python source in, values out: this room knows Python and no vendor."""
