"""The screen: application, commands and command line."""
