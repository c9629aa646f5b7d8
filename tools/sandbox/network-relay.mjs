/**
 * Runs inside of a sandbox without a network: `network-relay.mjs SOCKET PORT COMMAND…` listens on loopback, passes every connection on to the proxy at
 * the socket, and starts the command, whose ending becomes its own.
 */
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

const [socket = '', port = '', file = '', ...args] = process.argv.slice(2);

const relay = createServer((inner) => {
  const outer = connect(socket);
  for (const [from, to] of [
    [inner, outer],
    [outer, inner],
  ]) {
    from.on('error', () => to.destroy());
    from.pipe(to);
  }
});
relay.listen(Number(port), '127.0.0.1', () => {
  const program = spawn(file, args, { stdio: 'inherit' });
  program.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(127);
  });
  program.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.kill(process.pid, signal);
  });
});
