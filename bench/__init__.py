"""Measured figures, and the pictures of the manual. They report; they never fail by the clock."""
