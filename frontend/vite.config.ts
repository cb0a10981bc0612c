import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { mockServer } from './src/testing/mock-server.ts'

const server = process.env.PODIUM_URL ?? 'http://localhost:8080'

/** Has the browser fetch the font with the page instead of after its style sheet: text that swaps its font late moves. */
const preloadFont: Plugin = {
  name: 'preload-font',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle }) =>
      Object.keys(bundle ?? {})
        .filter((file) => file.endsWith('.woff2'))
        .map((file) => ({
          tag: 'link',
          attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: true, href: `./${file}` },
          injectTo: 'head' as const,
        })),
  },
}

export default defineConfig(({ mode }) => ({
  // `--mode mock` answers the API from the tests' fixtures, so pages can be worked on without a server.
  plugins: [react(), preloadFont, ...(mode === 'mock' ? [mockServer()] : [])],
  // Relative, so that the site may lie below a path: the server writes that path in front, and chunks find each other.
  base: './',
  build: {
    // Tokens use light-dark(), nesting and oklch: older targets would expand them.
    target: ['chrome125', 'firefox128', 'safari18'],
    // The Content-Security-Policy forbids data: URLs.
    assetsInlineLimit: 0,
    // Each route brings its own rules. The order in which they come does not matter: only the first sheet has layers (a
    // test says so), and what is outside of layers stands above them.
    cssCodeSplit: true,
    manifest: true,
    modulePreload: { polyfill: false },
  },
  server: { proxy: mode === 'mock' ? {} : { '/api': { target: server, changeOrigin: false } } },
}))
