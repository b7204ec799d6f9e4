"""A life of a shop as a state machine: what people, OTTO and time do, on a virtual clock, in one transaction."""
