import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { ChecklistItem } from '../../api/hosting.ts'
import { competition } from '../../testing/fixtures/competition.ts'
import { http } from '../../testing/handlers.ts'
import { renderApp } from '../../testing/render-app.tsx'
import { server } from '../../testing/server.ts'

const draft = { ...competition, state: 'draft' as const, is_host: true }
const point = (status: ChecklistItem['status'], code: string, text: string): ChecklistItem => ({
  status,
  code,
  text: { en: text, ko: `한국어: ${text}` },
  file: 'data/test.csv',
  line: 3,
})

/** A draft of the reader's with this checklist; what is sent to publish it is kept. */
function withChecklist(items: ChecklistItem[]) {
  const published: string[] = []
  server.use(
    http.get('/api/v1/competitions/{slug}', ({ response }) => response(200).json(draft as never)),
    http.get('/api/v1/competitions/{slug}/checklist', ({ response }) =>
      response(200).json({ items, is_ready: items.every(({ status }) => status !== 'red') }),
    ),
    http.post('/api/v1/competitions/{slug}/publish', ({ request, response }) => {
      published.push(new URL(request.url).search)
      return response(200).json({ ...draft, state: 'scheduled' } as never)
    }),
  )
  return published
}

test('what is red keeps it from being published, and leads to where it is mended', async () => {
  withChecklist([point('red', 'labels_in_data', 'the column label gives the answers')])
  await renderApp('/competitions/solar-cells/host')
  expect(await screen.findByText(/The column label gives the answers/)).toBeVisible()
  expect(screen.getByRole('button', { name: 'Publish' })).toBeDisabled()
  const main = within(screen.getByRole('main'))
  const [toFiles] = main.getAllByRole('link', { name: 'Data and solution' }).slice(-1)
  expect(toFiles).toHaveAttribute('href', '/competitions/solar-cells/host/files')
})

test('a host who reads Korean reads every point in Korean', async () => {
  withChecklist([
    point('red', 'labels_in_data', 'the column label gives the answers'),
    point('yellow', 'leak', 'the order of rows tells the label'),
  ])
  await renderApp('/competitions/solar-cells/host', 'ko')
  expect(await screen.findByText(/한국어: the column label gives the answers/)).toBeVisible()
  expect(screen.getByText(/한국어: the order of rows tells the label/)).toBeVisible()
  expect(screen.getByRole('main').querySelector('[lang="en"]')).toBeNull()
})

test('of a question of a page the question itself is read, in the language of its page', async () => {
  const open = point('red', 'unanswered_question', 'a question is not answered')
  withChecklist([{ ...open, file: 'rules.md', question: 'Who may join?' }])
  await renderApp('/competitions/solar-cells/host', 'ko')
  expect(await screen.findByText('Who may join?')).toHaveAttribute('lang', 'en')
  expect(screen.queryByText(/a question is not answered/)).toBeNull()
})

test('what refuses publishing is read in Korean too', async () => {
  withChecklist([point('green', 'ready', 'nothing is missing')])
  server.use(
    http.post('/api/v1/competitions/{slug}/publish', ({ response }) =>
      response('default').json(
        {
          type: '/docs/errors#not_ready',
          title: 'Not ready to publish',
          status: 422,
          code: 'not_ready',
          detail: 'Something is missing.',
          request_id: 'r1',
          errors: [
            {
              code: 'invalid',
              name: 'dates.end',
              message: 'Move its end.',
              message_ko: '마감을 옮겨 주십시오.',
              count: 1,
            },
          ],
        },
        { status: 422 },
      ),
    ),
  )
  const { user } = await renderApp('/competitions/solar-cells/host', 'ko')
  await screen.findByText(/한국어: nothing is missing/)
  const [publish] = screen.getAllByRole('button', { name: '공개' }).slice(-1)
  await user.click(publish as HTMLElement)
  expect(await screen.findByText('마감을 옮겨 주십시오.')).toBeVisible()
})

test('with nothing against it one press publishes', async () => {
  const published = withChecklist([point('green', 'ready', 'Nothing is missing.')])
  const { user } = await renderApp('/competitions/solar-cells/host')
  await screen.findByText('Everything is in order.')
  await user.click(screen.getByRole('button', { name: 'Publish' }))
  expect(await screen.findByText('Now', { selector: 'h2' })).toBeVisible()
  expect(published).toEqual([''])
})

test('where labels may be guessed the host has to say why it is no leak', async () => {
  const published = withChecklist([point('yellow', 'leak', 'the order of rows tells the label')])
  const { user } = await renderApp('/competitions/solar-cells/host')
  await screen.findByText(/The order of rows tells the label/)
  await user.click(screen.getByRole('button', { name: 'Publish' }))
  const dialog = await screen.findByRole('dialog')
  expect(published).toEqual([])
  await user.type(within(dialog).getByLabelText('Why this is no leak'), 'Rows were shuffled.')
  await user.click(within(dialog).getByRole('button', { name: 'Publish' }))
  expect(await screen.findByText('Now', { selector: 'h2' })).toBeVisible()
  expect(published).toEqual(['?force=true&reason=Rows%20were%20shuffled.'])
})
