import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './api/queries.ts'
import { createAppRouter } from './app/router.tsx'
import { loadText, preferredLanguage, TextProvider } from './i18n/text-provider.tsx'
import { applyStoredTheme } from './lib/theme.ts'
import './styles/base.css'
import './styles/tokens.css'

applyStoredTheme()
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

const language = preferredLanguage()
const queryClient = createQueryClient()
const router = createAppRouter(queryClient)

loadText(language).then((text) => {
  createRoot(root).render(
    <StrictMode>
      <TextProvider language={language} text={text}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </TextProvider>
    </StrictMode>,
  )
})
