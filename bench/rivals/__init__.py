"""The same answers by other libraries, each in the way its manual suggests."""
