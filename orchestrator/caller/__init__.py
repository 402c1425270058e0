"""Calls participants: a channel to each address, one attempt a call, every end of it an answer."""
