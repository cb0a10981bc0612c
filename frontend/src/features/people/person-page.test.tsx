import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { http, problem } from '../../testing/handlers.ts'
import { renderApp } from '../../testing/render-app.tsx'
import { server } from '../../testing/server.ts'

test('a person has competitions with final ranks once these are out, a write-up and posts', async () => {
  await renderApp('/people/Ada')
  expect(await screen.findByRole('heading', { level: 1, name: 'Ada' })).toBeVisible()
  const running = screen.getByRole('row', { name: /Solar cells/ })
  expect(running).toHaveTextContent('after the end')
  const over = screen.getByRole('row', { name: /Dog breeds/ })
  expect(over).toHaveTextContent('3 of 120')
  expect(over).toHaveTextContent('Greedy 고래')
  expect(screen.getByRole('link', { name: 'Third place: more photographs' })).toHaveAttribute(
    'href',
    '/competitions/dog-breeds/discussion/6',
  )
  expect(screen.getByRole('link', { name: /^Which augmentation helped you/ })).toHaveAttribute(
    'href',
    '/competitions/solar-cells/discussion/2#post-11',
  )
})

test('who is not there, or no longer, is told in a sentence', async () => {
  server.use(http.get('/api/v1/people/{name}', () => problem('not_found', 404) as never))
  await renderApp('/people/nobody')
  expect(await screen.findByText('Nobody here')).toBeVisible()
})

test('the author of a post leads to their page', async () => {
  await renderApp('/competitions/solar-cells/discussion/2')
  const [author] = await screen.findAllByRole('link', { name: 'Ada' })
  expect(author).toHaveAttribute('href', '/people/Ada')
})
