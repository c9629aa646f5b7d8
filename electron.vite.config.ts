import { posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import page from './vite.config.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

/**
 * Programs find their own files (phrasebooks, runners) beside their source. A bundle lies elsewhere, so `import.meta` is made to mean
 * the source again. Every built file lies directly in out/main, two folders below the root.
 */
function sourcePlaces(): Plugin {
  return {
    name: 'source-places',
    enforce: 'pre',
    transform(code, id) {
      const path = relative(root, id).split(sep).join(posix.sep);
      if (path.startsWith('..') || path.includes('node_modules') || !code.includes('import.meta.')) return null;
      return {
        code: code
          .replaceAll('import.meta.url', `new URL(${JSON.stringify(`../../${path}`)}, import.meta.url).href`)
          .replaceAll('import.meta.dirname', `(import.meta.dirname + ${JSON.stringify(`/../../${posix.dirname(path)}`)})`),
        map: null,
      };
    },
  };
}

export default defineConfig({
  main: {
    plugins: [sourcePlaces()],
    build: {
      outDir: 'out/main',
      rollupOptions: {
        input: {
          electron: 'main/electron/index.ts',
          voice: 'voice/process/voice-process.ts',
          models: 'models/process/models-process.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: { input: { index: 'preload/index.ts' }, output: { format: 'cjs', entryFileNames: '[name].cjs' } },
    },
  },
  renderer: { ...page, build: { ...page.build, minify: true, rollupOptions: { input: 'renderer/index.html' } } },
});
