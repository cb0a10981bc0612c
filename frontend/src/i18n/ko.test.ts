import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { access } from './access/en.ts'
import { access as koAccess } from './access/ko.ts'
import { accounts } from './accounts/en.ts'
import { accounts as koAccounts } from './accounts/ko.ts'
import { admin } from './admin/en.ts'
import { admin as koAdmin } from './admin/ko.ts'
import { audit } from './audit/en.ts'
import { audit as koAudit } from './audit/ko.ts'
import { board } from './board/en.ts'
import { board as koBoard } from './board/ko.ts'
import { desk } from './desk/en.ts'
import { desk as koDesk } from './desk/ko.ts'
import { discussion } from './discussion/en.ts'
import { discussion as koDiscussion } from './discussion/ko.ts'
import { en } from './en.ts'
import { host } from './host/en.ts'
import { host as koHost } from './host/ko.ts'
import { joining } from './joining/en.ts'
import { joining as koJoining } from './joining/ko.ts'
import { ko } from './ko.ts'
import { notices } from './notices/en.ts'
import { notices as koNotices } from './notices/ko.ts'
import { people } from './people/en.ts'
import { people as koPeople } from './people/ko.ts'
import { running } from './running/en.ts'
import { running as koRunning } from './running/ko.ts'
import { teams } from './teams/en.ts'
import { teams as koTeams } from './teams/ko.ts'

const source = [
  './ko.ts',
  './ko/faults.ts',
  './ko/problems.ts',
  './host/ko.ts',
  './accounts/ko.ts',
  './board/ko.ts',
  './discussion/ko.ts',
  './joining/ko.ts',
  './notices/ko.ts',
  './people/ko.ts',
  './teams/ko.ts',
  './desk/ko.ts',
  './admin/ko.ts',
  './audit/ko.ts',
  './access/ko.ts',
  './running/ko.ts',
]
  .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
  .join('\n')

test('no particle is printed in both forms', () => {
  expect(source).not.toMatch(/\((를|을|이|가|은|는|으|와|과)\)/)
})

test('particles follow the name they are attached to', () => {
  expect(ko.rules.joined('봄날')).toBe('‘봄날’로 참가했습니다.')
  expect(ko.rules.joined('팀 3')).toBe('‘팀 3’으로 참가했습니다.')
  expect(koAccounts.revokeTitle('노트북')).toBe('‘노트북’을 폐기합니까?')
})

test('every text is there and not left in English', () => {
  const same = ['CSV', 'SHA-256', '']
  const walk = (english: unknown, korean: unknown, path: string) => {
    if (typeof english === 'string') {
      expect(typeof korean, path).toBe('string')
      if (!same.includes(english)) expect(korean, path).not.toBe(english)
    } else if (typeof english === 'object' && english) {
      expect(Object.keys(korean as object), path).toEqual(Object.keys(english))
      for (const [key, value] of Object.entries(english)) {
        walk(value, (korean as Record<string, unknown>)[key], `${path}.${key}`)
      }
    }
  }
  walk(en, ko, 'ko')
  walk(host, koHost, 'host')
  walk(accounts, koAccounts, 'accounts')
  walk(board, koBoard, 'board')
  walk(discussion, koDiscussion, 'discussion')
  walk(joining, koJoining, 'joining')
  walk(notices, koNotices, 'notices')
  walk(people, koPeople, 'people')
  walk(teams, koTeams, 'teams')
  walk(desk, koDesk, 'desk')
  walk(admin, koAdmin, 'admin')
  walk(audit, koAudit, 'audit')
  walk(access, koAccess, 'access')
  walk(running, koRunning, 'running')
})
