"""What a channel says when a message did not get through."""


class DeliveryError(Exception):
    """The reason as a few clean words, without secrets."""
