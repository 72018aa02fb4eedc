"""Walks measured: files made to order, real ones read beside peers, and damaged ones without end."""
