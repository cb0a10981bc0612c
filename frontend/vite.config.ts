import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { mockServer } from './src/testing/mock-server.ts'

const server = process.env.PODIUM_URL ?? 'http://localhost:8080'

export default defineConfig(({ mode }) => ({
  // `--mode mock` answers the API from the tests' fixtures, so pages can be worked on without a server.
  plugins: [react(), ...(mode === 'mock' ? [mockServer()] : [])],
  build: {
    // Tokens use light-dark(), nesting and oklch: older targets would expand them.
    target: ['chrome125', 'firefox128', 'safari18'],
    // The Content-Security-Policy forbids data: URLs.
    assetsInlineLimit: 0,
    // One style sheet: with several, the order of @layer depends on which route loads first.
    cssCodeSplit: false,
    manifest: true,
    modulePreload: { polyfill: false },
  },
  server: { proxy: mode === 'mock' ? {} : { '/api': { target: server, changeOrigin: false } } },
}))
