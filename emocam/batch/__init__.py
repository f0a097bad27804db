"""Many files: a queue over processes or a cluster, a session per file, and tables over all of them."""
