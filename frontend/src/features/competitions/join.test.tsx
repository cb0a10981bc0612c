import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { components } from '../../api/schema.d.ts'
import * as accountsFixtures from '../../testing/fixtures/accounts.ts'
import * as competitionFixtures from '../../testing/fixtures/competition.ts'
import { http } from '../../testing/handlers.ts'
import { renderApp } from '../../testing/render-app.tsx'
import { server } from '../../testing/server.ts'
import { hasDomain } from './membership.tsx'

type View = components['schemas']['CompetitionView']

const address = '/competitions/solar-cells/rules'
const show = (change: Partial<View>) =>
  server.use(
    http.get('/api/v1/competitions/{slug}', ({ response }) =>
      response(200).json({ ...competitionFixtures.notJoined, ...change }),
    ),
  )

const asking: Partial<View> = {
  brackets: [{ name: 'student', title: { en: 'Students', ko: '학생' } }],
  fields: [
    { name: 'department', label: { en: 'Department', ko: '부서' }, required: false },
    {
      name: 'status',
      label: { en: 'You are', ko: '구분' },
      choices: [
        { value: 'student', label: { en: 'a student', ko: '학생' }, bracket: 'student' },
        { value: 'staff' },
      ],
    },
  ],
}

test('the questions of the hosts are asked, what is needed is told, and a bracket is named before joining', async () => {
  let sent: unknown
  show(asking)
  server.use(
    http.post('/api/v1/competitions/{slug}/join', async ({ request, response }) => {
      sent = await request.json()
      return response(201).json(competitionFixtures.competition.membership as never)
    }),
  )
  const { user } = await renderApp(address)
  const status = await screen.findByLabelText('You are')
  await user.click(screen.getByLabelText('I have read the rules and accept them.'))
  await user.click(screen.getByRole('button', { name: 'Join the competition' }))
  expect(status).toHaveAccessibleDescription('Fill this in.')
  expect(sent).toBeUndefined()
  await user.selectOptions(status, 'a student')
  expect(screen.getByText(/You take part in the bracket "Students"/)).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Join the competition' }))
  await expect
    .poll(() => sent)
    .toEqual({
      accept_rules: true,
      rules_sha256: competitionFixtures.rulesSha256,
      answers: { status: 'student' },
    })
})

test('where hosts decide, one asks, and afterwards sees that the request waits', async () => {
  let asked = false
  server.use(
    http.get('/api/v1/competitions/{slug}', ({ response }) =>
      response(200).json({
        ...competitionFixtures.notJoined,
        access: {
          visibility: 'public',
          admission: 'approval',
          domains: [],
          participant: asked ? 'asked' : null,
        },
      }),
    ),
    http.post('/api/v1/competitions/{slug}/join', ({ response }) => {
      asked = true
      return response(202).json({ state: 'asked' })
    }),
  )
  const { user } = await renderApp(address)
  await user.click(await screen.findByLabelText('I have read the rules and accept them.'))
  await user.click(screen.getByRole('button', { name: 'Ask to take part' }))
  expect(await screen.findByText('Your request is with the hosts')).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Ask to take part' })).toBeNull()
})

test('where only some domains may join, the address that is missing is told before the form', async () => {
  show({ access: { visibility: 'public', admission: 'open', domains: ['school.example'] } })
  await renderApp(address)
  expect(await screen.findByText('For people with an e-mail address at school.example')).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Join the competition' })).toBeNull()
})

test('a domain takes in its sub-domains and nothing that only ends alike', () => {
  expect(hasDomain('a@cs.school.example', ['school.example'])).toBe(true)
  expect(hasDomain('a@SCHOOL.example', ['school.example'])).toBe(true)
  expect(hasDomain('a@myschool.example', ['school.example'])).toBe(false)
  expect(hasDomain(null, ['school.example'])).toBe(false)
})

test('where a competition is by invitation, somebody without one is led to their invitations', async () => {
  show({ access: { visibility: 'public', admission: 'invite', domains: [] } })
  await renderApp(address)
  expect(await screen.findByRole('link', { name: 'See my invitations' })).toHaveAttribute('href', '/invite')
  expect(screen.queryByRole('button', { name: 'Join the competition' })).toBeNull()
})

test('where a competition is by invitation, somebody invited joins', async () => {
  show({ access: { visibility: 'public', admission: 'invite', domains: [], participant: 'invited' } })
  await renderApp(address)
  expect(await screen.findByRole('button', { name: 'Join the competition' })).toBeVisible()
})

test('rules that changed are agreed to anew', async () => {
  let agreed: unknown
  server.use(
    http.get('/api/v1/me/agreements', ({ response }) =>
      response(200).json({
        items: accountsFixtures.agreements.map((row) => ({ ...row, is_current: agreed !== undefined })),
      }),
    ),
    http.post('/api/v1/competitions/{slug}/rules-agreement', async ({ request, response }) => {
      agreed = await request.json()
      return response(204).empty()
    }),
  )
  const { user } = await renderApp(address)
  expect(await screen.findByText('The rules have changed since you accepted them')).toBeVisible()
  await user.click(screen.getByLabelText('I have read the rules and accept them.'))
  await user.click(screen.getByRole('button', { name: 'Agree' }))
  expect(await screen.findByText(/^You accepted these rules on/)).toBeVisible()
  expect(agreed).toEqual({ sha256: competitionFixtures.rulesSha256 })
})

test('the data agreement is asked for on the rules page, and the data page leads there', async () => {
  const page = { ...competitionFixtures.pages[0], name: 'data-agreement', html: '<p>For research only.</p>' }
  let agreed = false
  server.use(
    http.get('/api/v1/competitions/{slug}/pages', ({ response }) =>
      response(200).json({ items: [...competitionFixtures.pages, page as never] }),
    ),
    http.get('/api/v1/me/agreements', ({ response }) =>
      response(200).json({
        items: agreed
          ? [
              {
                document: 'data_agreement',
                competition: 'solar-cells',
                sha256: competitionFixtures.rulesSha256,
                agreed_at: '2026-11-20T00:00:00Z',
                is_current: true,
              },
            ]
          : [],
      }),
    ),
    http.post('/api/v1/competitions/{slug}/data-agreement', ({ response }) => {
      agreed = true
      return response(204).empty()
    }),
  )
  const { user } = await renderApp('/competitions/solar-cells/data')
  await user.click(await screen.findByRole('link', { name: 'Read the agreement' }))
  const panel = within(await screen.findByRole('region', { name: 'Data agreement' }))
  expect(panel.getByText('For research only.')).toBeVisible()
  await user.click(await panel.findByRole('button', { name: 'Agree' }))
  expect(panel.getByText('Tick the box to agree.')).toBeVisible()
  await user.click(panel.getByLabelText('I have read the data agreement and agree to it.'))
  await user.click(panel.getByRole('button', { name: 'Agree' }))
  expect(await panel.findByText('You agreed to this on 20 Nov 2026.')).toBeVisible()
})
