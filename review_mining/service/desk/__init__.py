"""The review desk: pages on which shop staff work the evidence queue and read reports, without a build step."""
