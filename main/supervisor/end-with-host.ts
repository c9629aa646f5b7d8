/**
 * Loaded into every child before its own program: when the host is gone, however it went, so is the child. Ctrl-C reaches the whole process group of
 * a terminal; the host alone decides what ends when.
 */
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
