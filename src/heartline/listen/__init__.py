"""Listen: what people answer, write and say, each number with how surely it is known."""
