"""Whether a submission is right. The only package that imports torch, and only in its processes."""
