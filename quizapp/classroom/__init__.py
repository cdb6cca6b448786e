"""Many learners: their submissions in, a gradebook out."""
