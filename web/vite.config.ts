import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { localeParts } from './locale-parts.ts'

const collector = process.env.OUTRIDER_COLLECTOR ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [localeParts(), react()],
  build: {
    // a wall is a page of its own: it needs neither session nor screens
    rolldownOptions: {
      input: ['index.html', 'kiosk.html'].map((page) => fileURLToPath(new URL(page, import.meta.url))),
    },
    outDir: 'dist',
    emptyOutDir: true,
    // what first-load.ts adds up
    manifest: true,
    // CSP: nothing may be inlined as data: or as a script
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
  },
  server: { host: '127.0.0.1', proxy: { '/api': collector } },
})
