"""What evaluation keeps: tables, the work list, the frame of one unit, the order of classes."""
