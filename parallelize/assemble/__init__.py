"""From a recipe to objects that work: the only package that knows every adapter."""
