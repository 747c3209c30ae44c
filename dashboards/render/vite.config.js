import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  esbuild: { jsx: 'automatic' },
  // One file: no code is loaded later.
  build: { chunkSizeWarningLimit: 10000, rollupOptions: { output: { inlineDynamicImports: true } } },
});
