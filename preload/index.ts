import { contextBridge, ipcRenderer } from 'electron';

// Ports cannot cross the bridge as values, only as a window message of the page to itself.
ipcRenderer.on('jarvis-ports', ({ ports }) => window.postMessage('jarvis-ports', location.origin, ports));

contextBridge.exposeInMainWorld('jarvisShell', {
  /** False: this host serves its page by websocket alone. */
  byPorts: process.argv.includes('--jarvis-ports'),
  requestPorts: () => ipcRenderer.send('jarvis-ports'),
  onCommand: (callback: (command: unknown) => void) => void ipcRenderer.on('jarvis-command', (_event, command) => callback(command)),
});
