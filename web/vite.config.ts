import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Where the dev server finds a running Holdfast.
const server = process.env['HOLDFAST_URL'] ?? 'http://localhost:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // The page's Content-Security-Policy allows no data: addresses except the favicon, so fonts stay files.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: {
      '/fhir': server,
      '/session': server,
      '/oauth': server,
      '/events': server,
      '/status.json': server,
    },
  },
});
