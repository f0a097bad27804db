"""What emocam talks about. Pure values and the ports; depends on numpy alone."""
