"""What is named together: who stands with whom how often, worked out and drawn before a reader asks."""
