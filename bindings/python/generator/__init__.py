"""What the package has from the header: a module for each kind of file."""
