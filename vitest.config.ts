import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

const folders = '{contract,voice,models,store,iot,tools,assistant,main,preload,renderer}';

export default defineConfig({
  plugins: [vue()],
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: [`${folders}/**/*.test.ts`, 'tests/{contract,behaviour,architecture,bench,fakes}/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'pipeline',
          include: ['tests/pipeline/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: { name: 'e2e', include: ['tests/e2e/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 120_000, fileParallelism: false },
      },
    ],
  },
});
