import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { renderApp } from '../testing/render-app.tsx'

test('? shows the keys, and they can be switched off there', async () => {
  const { user } = await renderApp('/')
  await screen.findByRole('link', { name: /Flight delays/ })
  await user.keyboard('?')
  const dialog = await screen.findByRole('dialog', { name: 'Keyboard shortcuts' })
  expect(dialog).toHaveTextContent('My place on the leaderboard')
  await user.click(screen.getByRole('checkbox', { name: 'Use single-key shortcuts' }))
  await user.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument())
  await user.keyboard('?')
  expect(screen.queryByRole('dialog')).not.toBeInTheDocument()
})

test('/ goes to the search, where letters are letters again; j and k walk the list', async () => {
  const { user, router } = await renderApp('/')
  await screen.findByRole('link', { name: /Flight delays/ })
  await user.keyboard('j')
  expect(screen.getByRole('link', { name: /Solar cells/ })).toHaveFocus()
  await user.keyboard('j')
  expect(screen.getByRole('link', { name: /Flight delays/ })).toHaveFocus()
  await user.keyboard('k/')
  expect(screen.getByRole('searchbox')).toHaveFocus()
  await user.keyboard('gl?')
  expect(screen.getByRole('searchbox')).toHaveValue('gl?')
  expect(router.state.location.pathname).toBe('/')
})

test('g and l opens the leaderboard of the competition, g and c the list', async () => {
  const { user, router } = await renderApp('/competitions/solar-cells')
  await screen.findByRole('heading', { level: 1 })
  await user.keyboard('gl')
  await waitFor(() => expect(router.state.location.pathname).toBe('/competitions/solar-cells/leaderboard'))
  await user.keyboard('gc')
  await waitFor(() => expect(router.state.location.pathname).toBe('/'))
})
