"""One file per format, each turning untrusted bytes into a draft of a `Document`.

All of it runs in a child process (`child.py`) started by `knowledge.documents`, which is the only door to it.
"""
