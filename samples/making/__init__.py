"""How the sample files are made: one module for each kind of file."""
