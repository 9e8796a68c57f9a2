"""Publishing to the Hugging Face Hub: layout, card, push, verify."""
