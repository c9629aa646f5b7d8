/** Imported first by every entry: a plain sentence instead of a syntax error deep inside a package. */
const WANTED = [20, 19];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < WANTED[0] || (major === WANTED[0] && minor < WANTED[1])) {
  process.stderr.write(
    `JARVIS needs Node ${WANTED.join('.')} or newer to start (this is ${process.versions.node}). Install the current Node from your system's packages or nodejs.org, then try again.\n`,
  );
  process.exit(1);
}
