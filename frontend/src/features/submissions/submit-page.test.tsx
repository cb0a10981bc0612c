import { screen, within } from '@testing-library/react'
import { http as plain } from 'msw'
import { expect, test } from 'vitest'
import type { Submission } from '../../api/types.ts'
import * as competitionFixtures from '../../testing/fixtures/competition.ts'
import * as submissionsFixtures from '../../testing/fixtures/submissions.ts'
import { http, problem } from '../../testing/handlers.ts'
import { renderApp } from '../../testing/render-app.tsx'
import { server } from '../../testing/server.ts'

const address = '/competitions/solar-cells/submit'
const upload = '*/api/v1/competitions/:slug/submissions'
const csv = (text = 'id,label\na1b2c3,mono-0\n') => new File([text], 'predictions.csv', { type: 'text/csv' })

test('a refused file shows each fault with its line, column and repair, and spends nothing', async () => {
  server.use(
    plain.post(upload, () =>
      problem('submission_invalid', 422, { errors: submissionsFixtures.invalid.errors, error_count: 4 }),
    ),
  )
  const { user } = await renderApp(address)
  await user.upload(await screen.findByLabelText('Drop your CSV here'), csv())
  await user.click(screen.getByRole('button', { name: 'Submit' }))
  expect(await screen.findByText(/4 faults found\. Nothing was spent/)).toBeVisible()
  const row = screen.getByRole('rowheader', { name: /Line 7/ }).parentElement as HTMLElement
  expect(row).toHaveTextContent('column 2 (label)')
  expect(row).toHaveTextContent("did you mean 'mono-100'?")
  expect(screen.getByRole('rowheader', { name: 'Whole file' }).parentElement).toHaveTextContent('Ids missing')
})

test('from the file to the score and the new rank without leaving the page', async () => {
  const states: Submission['state'][] = ['scoring', 'scored']
  server.use(
    plain.post(upload, () =>
      Response.json(
        { ...submissionsFixtures.scored, state: 'queued', queue_position: 3, scores: [] },
        { status: 202 },
      ),
    ),
    http.get('/api/v1/submissions/{id}', ({ response }) =>
      response(200).json({ ...submissionsFixtures.scored, state: states.shift() ?? 'scored' }),
    ),
  )
  const { user } = await renderApp(address)
  await user.upload(await screen.findByLabelText('Drop your CSV here'), csv())
  await user.type(screen.getByLabelText(/Note/), 'Flip and rotate')
  await user.click(screen.getByRole('button', { name: 'Submit' }))
  expect(await screen.findByText('In the queue')).toBeVisible()
  expect(await screen.findByTestId('score')).toHaveTextContent('0.71234 ± 0.01420')
  expect(screen.getByTestId('rank')).toHaveTextContent('42')
  expect(screen.getByText('from 57 to 42')).toBeVisible()
  expect(screen.getByText('Your best so far')).toBeVisible()
})

test('checking spends nothing and says how many rows were read', async () => {
  server.use(
    plain.post(upload, ({ request }) => {
      expect(new URL(request.url).searchParams.get('check')).toBe('true')
      return Response.json({ rows: 1_059, notices: [{ code: 'blanks', message: 'Spaces were removed.' }] })
    }),
  )
  const { user } = await renderApp(address)
  await user.upload(await screen.findByLabelText('Drop your CSV here'), csv())
  await user.click(screen.getByRole('button', { name: 'Check only' }))
  expect(await screen.findByText(/1,059 rows read\. Nothing was spent/)).toBeVisible()
  expect(screen.getByText('Spaces were removed.')).toBeVisible()
})

test('the same bytes again name the earlier entry and can be forced', async () => {
  const forced: (string | null)[] = []
  server.use(
    plain.post(upload, ({ request }) => {
      const force = new URL(request.url).searchParams.get('force')
      forced.push(force)
      return force
        ? Response.json(submissionsFixtures.scored, { status: 202 })
        : problem('duplicate_submission', 409, { duplicate_of: 31, number: 3 })
    }),
  )
  const { user } = await renderApp(address)
  await user.upload(await screen.findByLabelText('Drop your CSV here'), csv())
  await user.click(screen.getByRole('button', { name: 'Submit' }))
  expect(await screen.findByText(/exactly this file as entry 3/)).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Submit it again' }))
  expect(await screen.findByTestId('score')).toBeVisible()
  expect(forced).toEqual([null, 'true'])
})

test('a file above the limit is refused before it is sent', async () => {
  const { user } = await renderApp(address)
  const large = csv()
  Object.defineProperty(large, 'size', { value: 25_000_000 })
  await user.upload(await screen.findByLabelText('Drop your CSV here'), large)
  await user.click(screen.getByRole('button', { name: 'Submit' }))
  expect(screen.getByText('The file has 25 MB; the limit is 20 MB.')).toBeVisible()
})

test('without entries left checking is still possible, submitting is not', async () => {
  server.use(
    http.get('/api/v1/competitions/{slug}', ({ response }) =>
      response(200).json({
        ...competitionFixtures.competition,
        quota: { per_day: 5, used: 5, left: 0, resets_at: new Date(Date.now() + 3_600_000).toISOString() },
      }),
    ),
  )
  await renderApp(address)
  expect(await screen.findByText('No entries left today (5 a day)')).toBeVisible()
  expect(screen.getByRole('button', { name: 'Submit' })).toBeDisabled()
  expect(screen.getByRole('button', { name: 'Check only' })).toBeEnabled()
})

test('refused files stay in the history with their faults', async () => {
  const { user } = await renderApp(address)
  const row = (await screen.findByRole('rowheader', { name: /predictions \(final\) v2\.csv/ }))
    .parentElement as HTMLElement
  expect(row).toHaveTextContent('Refused, not counted')
  await user.click(within(row).getByRole('button', { name: 'Show 2 faults' }))
  expect(screen.getByText(/is not one of the 8 classes/)).toBeVisible()
})

test('faults have Korean titles and places', async () => {
  server.use(
    plain.post(upload, () =>
      problem('submission_invalid', 422, { errors: submissionsFixtures.invalid.errors }),
    ),
  )
  const { user } = await renderApp(address, 'ko')
  await user.upload(await screen.findByLabelText('CSV 파일을 여기에 놓으십시오'), csv())
  await user.click(screen.getByRole('button', { name: '제출' }))
  expect(await screen.findByRole('rowheader', { name: /7번째 줄/ })).toHaveTextContent('2번째 열 (label)')
  expect(screen.getByText('정해진 클래스가 아님')).toBeVisible()
})

test('before the start the page says from when entries are taken', async () => {
  server.use(
    http.get('/api/v1/competitions/{slug}', ({ response }) =>
      response(200).json({
        ...competitionFixtures.competition,
        state: 'scheduled',
        next_action: 'wait',
        starts_at: '2031-12-01T00:00:00Z',
      }),
    ),
  )
  await renderApp(address)
  expect(await screen.findByText('Entries are taken from 1 Dec 2031, 09:00 GMT+9.')).toBeVisible()
})
