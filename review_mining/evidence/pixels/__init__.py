"""The advisory pixel detector: weak, calibrated on genuine photos, and off unless it passes its own bar.

Reading a picture needs ``crops``, ``features``, ``detector``, ``storage`` and ``threshold``; everything else trains or
measures, and only ``autoencoder``, ``alignment`` and ``probe`` need torch. ``docs/pixels.md`` says what it knows.
"""
