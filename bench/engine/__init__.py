"""The engine beside its peers, on diaries whose truth is known."""
