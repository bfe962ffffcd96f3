"""Candid's localhost service: bytes of a picture in, a verdict with its evidence out."""
