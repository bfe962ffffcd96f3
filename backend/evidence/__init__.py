"""The evidence ladder: one file per rung, `ladder` orders them, strongest first."""
