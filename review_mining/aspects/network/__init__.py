"""The aspect network: heads on an encoder, its training and its inference."""
