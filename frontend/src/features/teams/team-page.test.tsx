import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import * as competitionFixtures from '../../testing/fixtures/competition.ts'
import * as teamsFixtures from '../../testing/fixtures/teams.ts'
import { http, problem } from '../../testing/handlers.ts'
import { renderApp } from '../../testing/render-app.tsx'
import { server } from '../../testing/server.ts'

const address = '/competitions/solar-cells/team'
const base = '/api/v1/competitions/{slug}/team' as const

const withTeam = (team: Partial<typeof teamsFixtures.team>) =>
  server.use(http.get(base, ({ response }) => response(200).json({ ...teamsFixtures.team, ...team })))

test('what a merge would mean is shown before anybody is asked, and only then there is a button', async () => {
  let asked = ''
  server.use(
    http.get(`${base}/merges/preview`, ({ query, response }) => {
      expect(query.get('team')).toBe('Sparse Kernels')
      return response(200).json({ ...teamsFixtures.outlook, people: 3, entries: 12, renumbered: 5 })
    }),
    http.post(`${base}/merges`, async ({ request, response }) => {
      asked = (await request.json()).team
      return response(201).json({} as never)
    }),
  )
  const { user } = await renderApp(address)
  const panel = within(await screen.findByRole('region', { name: 'Merge with another team' }))
  await user.type(panel.getByLabelText('Name of the other team'), 'Sparse Kernels')
  expect(panel.queryByRole('button', { name: 'Ask to merge' })).toBeNull()
  await user.click(panel.getByRole('button', { name: 'See what it would mean' }))
  const box = within(await panel.findByRole('region', { name: 'Together with "Sparse Kernels"' }))
  expect(box.getByText('3 of 5', { selector: 'dl > div:first-child > dd' })).toBeVisible()
  expect(box.getByText(/12; one team could have sent 45/)).toHaveTextContent('5 a day for 9 days')
  expect(box.getByText('5 entries of the other team')).toBeVisible()
  await user.click(box.getByRole('button', { name: 'Ask to merge' }))
  expect(await panel.findByText(/^Asked\. Nothing changes until/)).toBeVisible()
  expect(asked).toBe('Sparse Kernels')
})

test('a merge that the rules forbid says why and has no button', async () => {
  server.use(
    http.get(`${base}/merges/preview`, ({ response }) =>
      response(200).json({
        ...teamsFixtures.outlook,
        is_possible: false,
        entries: 60,
        obstacles: [{ code: 'too_many_entries', message: '' }],
      }),
    ),
  )
  const { user } = await renderApp(address)
  await user.click(await screen.findByRole('button', { name: 'Merge: Sparse Kernels' }))
  expect(await screen.findByText(/have sent more entries than one team could have sent/)).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Ask to merge' })).toBeNull()
})

test('a team that does not exist is told beside the field', async () => {
  server.use(http.get(`${base}/merges/preview`, () => problem('not_found', 404) as never))
  const { user } = await renderApp(address)
  await user.type(await screen.findByLabelText('Name of the other team'), 'Nobody{Enter}')
  expect(await screen.findByText('No team of this competition has this name.')).toBeVisible()
})

test('a link is shown once, whole, and the open invitation can be taken back', async () => {
  const invite = {
    id: 4,
    kind: 'team',
    role: null,
    person: null,
    label: '',
    uses_left: 2,
    created_by: { id: 7, name: 'Haneul' },
    created_at: teamsFixtures.team.until,
    expires_at: teamsFixtures.team.until,
  }
  let revoked = false
  let made = false
  server.use(
    http.get(base, ({ response }) =>
      response(200).json({ ...teamsFixtures.team, invites: made && !revoked ? [invite] : [] }),
    ),
    http.post(`${base}/invites`, async ({ request, response }) => {
      expect(await request.json()).toEqual({ uses: 2, expires_in_days: 7 })
      made = true
      return response(201).json({ invite, token: 'secret-token' })
    }),
    http.delete(`${base}/invites/{id}`, ({ response }) => {
      revoked = true
      return response(204).empty()
    }),
  )
  const { user } = await renderApp(address)
  await user.selectOptions(await screen.findByLabelText('For'), '2')
  await user.click(screen.getByRole('button', { name: 'Make a link' }))
  expect(await screen.findByText(`${location.origin}/invite#secret-token`)).toBeVisible()
  await user.click(await screen.findByRole('button', { name: 'Take back: Link' }))
  await expect.poll(() => screen.queryByRole('button', { name: 'Take back: Link' })).toBeNull()
})

test('why one cannot leave is told where the button would be', async () => {
  await renderApp(address)
  expect(
    await screen.findByText(/^You cannot leave now\. Nobody leaves .* that has sent an entry/),
  ).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Leave the team' })).toBeNull()
})

test('leaving asks once and ends in the way back in', async () => {
  let left = false
  server.use(
    http.get('/api/v1/competitions/{slug}', ({ response }) =>
      response(200).json(left ? competitionFixtures.notJoined : competitionFixtures.competition),
    ),
    http.get(base, ({ response }) =>
      left
        ? (problem('not_a_member', 403) as never)
        : response(200).json({
            ...teamsFixtures.team,
            leaving: { ...teamsFixtures.outlook, people: 1 },
          }),
    ),
    http.post(`${base}/leave`, ({ response }) => {
      left = true
      return response(204).empty()
    }),
  )
  const { user } = await renderApp(address)
  await user.click(await screen.findByRole('button', { name: 'Leave the team' }))
  const dialog = within(await screen.findByRole('alertdialog', { name: /^Leave "봄날의 오차"/ }))
  expect(left).toBe(false)
  await user.click(dialog.getByRole('button', { name: 'Leave the team' }))
  expect(await screen.findByText('Join to have a team')).toBeVisible()
})

test('a member who does not lead reads, but neither invites nor renames', async () => {
  withTeam({ role: 'member' })
  await renderApp(address)
  expect(await screen.findByText(/^Haneul leads the team/)).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Rename' })).toBeNull()
  expect(screen.queryByRole('region', { name: 'Invite people' })).toBeNull()
  expect(screen.queryByRole('button', { name: /leader/ })).toBeNull()
})

test('a full team has no room and says so', async () => {
  withTeam({ team_size: 2 })
  await renderApp(address)
  expect(await screen.findByText('Your team is full: 2 people are allowed.')).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Make a link' })).toBeNull()
})

test('once teams are fixed nothing changes any more, and since when is told', async () => {
  withTeam({
    leaving: {
      ...teamsFixtures.outlook,
      is_possible: false,
      obstacles: [{ code: 'teams_fixed', message: '' }],
    },
  })
  await renderApp(address)
  expect(await screen.findByText('Teams fixed since')).toBeVisible()
  for (const name of ['Invite people', 'Merge with another team', 'Teams that look for people'])
    expect(screen.queryByRole('region', { name })).toBeNull()
})

test('a name that is taken is told beside the field and the form stays', async () => {
  server.use(http.patch(base, () => problem('team_name_taken', 409) as never))
  const { user } = await renderApp(address)
  await user.click(await screen.findByRole('button', { name: 'Rename' }))
  const field = screen.getByLabelText('Team name')
  await user.clear(field)
  await user.type(field, 'Taken{Enter}')
  expect(await screen.findByText(/Another team has this name/)).toBeVisible()
  expect(screen.getByLabelText('Team name')).toHaveValue('Taken')
})

test('an invitation by name is answered on the page of the team, with its figures', async () => {
  let answered = ''
  server.use(
    http.get('/api/v1/me/invites', ({ response }) =>
      response(200).json({ items: answered ? [] : [teamsFixtures.offer] }),
    ),
    http.post('/api/v1/me/invites/{id}/decline', ({ params, response }) => {
      answered = String(params.id)
      return response(204).empty()
    }),
  )
  const { user } = await renderApp(address)
  const card = within(await screen.findByRole('article'))
  expect(card.getByText('Jorge invites you into the team "Sparse Kernels"')).toBeVisible()
  expect(card.getByText('3 of 5')).toBeVisible()
  await user.click(card.getByRole('button', { name: 'Decline' }))
  await expect.poll(() => screen.queryByRole('article')).toBeNull()
  expect(answered).toBe('5')
})

test('everything is there in Korean', async () => {
  await renderApp(address, 'ko')
  expect(await screen.findByRole('heading', { name: '팀원 초대' })).toBeVisible()
  expect(screen.getByRole('heading', { name: '다른 팀과 합치기' })).toBeVisible()
})
