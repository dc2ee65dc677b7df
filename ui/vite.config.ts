/// <reference types="vitest/config" />
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '~': at('./src'), 'dipcast-client': at('../clients/ts/src/index.ts') }, preserveSymlinks: true },
  // `npm run dev` beside a running gateway.
  server: {
    proxy: Object.fromEntries(['/api', '/ws', '/login', '/softphone', '/dapi', '/ca.pem'].map((path) => [path, { target: 'http://127.0.0.1:8080', ws: path === '/ws' }])),
    fs: { allow: [at('..')] },
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true, // public/.keep comes back with it
    target: 'es2022',
    assetsInlineLimit: 0, // the policy of our pages takes nothing that is inline
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'], restoreMocks: true },
})
