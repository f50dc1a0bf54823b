"""What happens here, told to other systems: signed messages that are sent until they are taken."""
