"""The tests: one folder a room of the studio, plus e2e, drills and benchmarks."""
