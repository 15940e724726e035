"""The HTTP service: the pipeline's stages behind keys, for other programs to call."""
