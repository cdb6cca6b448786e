"""Small widgets: state in, messages out."""
