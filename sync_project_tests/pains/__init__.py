"""What goes wrong in real syncs, a file per pain of the field; the real import runs on the sandbox org."""
