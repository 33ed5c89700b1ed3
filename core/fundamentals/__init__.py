"""What companies earn and what is paid for it: dated facts of indices, funds and their constituents."""
