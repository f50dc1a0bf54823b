"""Listen: what people answer and write, as scores with intervals and as verbatims."""
