"""Proves that calls of a client library are resolved: every method the installed release has, called in a program.

`make coverage` lists the methods by looking at the library itself, writes a program that calls each in several styles,
runs that program against the library with its requestor replaced (the truth), scans it, and compares line by line.
"""
