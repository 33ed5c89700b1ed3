"""How the viewer behaves towards its terminal and its shell: what it needs, how it ends, how it steps aside."""
