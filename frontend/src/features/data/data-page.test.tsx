import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import * as fixtures from '../../testing/fixtures/competition.ts'
import { http } from '../../testing/handlers.ts'
import { renderApp } from '../../testing/render-app.tsx'
import { server } from '../../testing/server.ts'

const address = '/competitions/solar-cells/data'

test('the files stay closed until the rules are accepted', async () => {
  server.use(
    http.get('/api/v1/competitions/{slug}', ({ response }) => response(200).json(fixtures.notJoined)),
  )
  await renderApp(address)
  expect(await screen.findByText('Join to open the files')).toBeVisible()
  expect(screen.getByRole('link', { name: 'Read the rules' })).toBeVisible()
  expect(screen.queryByRole('link', { name: 'Download all' })).toBeNull()
})

test('the training table is open at once: columns with their meaning, gaps and distribution', async () => {
  const { user } = await renderApp(address)
  const row = (await screen.findByRole('rowheader', { name: /brightness/ })).parentElement as HTMLElement
  expect(row).toHaveTextContent('Mean grey value, 0 to 255')
  expect(within(row).getByRole('img', { name: 'Histogram of brightness, from 12.5 to 231.7' })).toBeVisible()
  expect(within(row).getByText('12')).toBeVisible()
  await user.click(screen.getByRole('radio', { name: 'Rows' }))
  expect(screen.getByText('First 100 of 1,575 rows')).toBeVisible()
  expect(screen.getAllByRole('row')).toHaveLength(101)
})

test('a folder of pictures is a grid, and a picture opens in full', async () => {
  const { user, router } = await renderApp(address)
  await user.click(await screen.findByRole('link', { name: /images/ }))
  await user.click(await screen.findByRole('link', { name: 'Picture a1b2c3.png' }))
  const dialog = await screen.findByRole('dialog', { name: 'a1b2c3.png' })
  expect(within(dialog).getByRole('img', { name: 'a1b2c3.png' })).toHaveAttribute(
    'src',
    '/api/v1/competitions/solar-cells/files/images/a1b2c3.png',
  )
  await waitFor(() => expect(dialog).toContainElement(document.activeElement as HTMLElement))
  await user.keyboard('{ArrowRight}')
  expect(await screen.findByRole('dialog', { name: 'a1d1b2.png' })).toBeVisible()
  await user.keyboard('{Escape}')
  expect(router.state.location.search).toEqual({ folder: 'images' })
})
