"""How many of a fund's constituents take part: reading holdings and their closes, and counting over them."""
