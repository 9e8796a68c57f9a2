"""COMET-family models in an environment of their own: `scorer.CometScorer`."""
