import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { renderApp } from '../../testing/render-app.tsx'

test('a team is found by its name on the whole board, and choosing it goes to its row', async () => {
  const { user, router } = await renderApp('/competitions/solar-cells/leaderboard')
  await user.type(await screen.findByRole('searchbox', { name: 'Search teams' }), 'Bold Priors')
  await user.click(await screen.findByRole('button', { name: /^5 Bold Priors/ }))
  expect(router.state.location.search).toEqual({ rank: 5 })
  expect(screen.getByRole('searchbox', { name: 'Search teams' })).toHaveValue('')
})
