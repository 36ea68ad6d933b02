"""The desk contains every use case, each of them once. Only the desk turns the request of a person or a program into
a command.
"""
