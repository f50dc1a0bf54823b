"""What every page stands on: base page, navigation, design tokens, charts, words for numbers, published versions."""
