"""The views: each takes the request through the gate, asks one question below, and shows the answer."""
