"""Measured figures. They report; they never fail by the clock."""
