import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, say } from './places.mjs';

const PATH = join(tmpdir(), `jarvis-install-${createHash('sha256').update(ROOT).digest('hex').slice(0, 16)}.lock`);
const POLL_MS = 500;

/**
 * Two installs into one node_modules destroy each other, so the second waits for the first.
 * @param {() => Promise<void>} work
 */
export async function withInstallLock(work) {
  let told = false;
  while (!take()) {
    if (!told) say('JARVIS: another install is under way here; waiting for it …');
    told = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const release = () => fs.rmSync(PATH, { force: true });
  process.once('exit', release);
  try {
    await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function take() {
  try {
    fs.writeFileSync(PATH, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!isAlive(Number(readHolder()))) fs.rmSync(PATH, { force: true });
  return false;
}

function readHolder() {
  try {
    return fs.readFileSync(PATH, 'utf8');
  } catch {
    // Released this moment.
    return '';
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
