import { QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router'
import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { createQueryClient } from '../api/queries.ts'
import type { Language } from '../api/types.ts'
import { createAppRouter } from '../app/router.tsx'
import { loadText, TextProvider } from '../i18n/text-provider.tsx'

/** The whole application at an address, as a reader meets it. Tests change what the server answers, nothing else. */
export async function renderApp(address: string, language: Language = 'en') {
  const queryClient = createQueryClient()
  queryClient.setDefaultOptions({ queries: { ...queryClient.getDefaultOptions().queries, retryDelay: 1 } })
  const router = createAppRouter(queryClient, createMemoryHistory({ initialEntries: [address] }))
  const text = await loadText(language)
  render(
    <TextProvider language={language} text={text}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </TextProvider>,
  )
  return { router, queryClient, user: userEvent.setup() }
}
