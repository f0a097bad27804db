"""The workbench: a recording, its emotion over time, and what people do with it."""
