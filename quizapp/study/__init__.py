"""When something comes back: scheduling, queues, answers. Pure; no I/O."""
