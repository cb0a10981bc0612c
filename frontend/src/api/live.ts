/**
 * Server-sent events of one competition, turned into cache invalidations: the one way in which news enters the pages.
 *
 * One tab holds the stream and tells the others: on HTTP/1.1 a browser opens six connections a host, and a stream in
 * each tab would make the seventh hang. Without locks (plain http) a tab listens while it is visible.
 */
import { type QueryClient, skipToken, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { urls } from './client.ts'
import type { SubmissionState } from './types.ts'

/** What the stream can say. */
export type LiveEvent =
  | { kind: 'submission.changed'; id: number; state: SubmissionState }
  | { kind: 'leaderboard.changed'; version: number }
  | { kind: 'thread.created'; id: number }
  | { kind: 'post.created'; id: number; thread: number }
  /** Somebody told me something. */
  | { kind: 'notification.created' }
  /** Too much was missed to tell it one by one. */
  | { kind: 'stream.reset' }

/** `live` while news arrive, `waiting` before the first connection and while it is being made again. */
export type LiveStatus = 'waiting' | 'live'

const kinds: LiveEvent['kind'][] = [
  'submission.changed',
  'leaderboard.changed',
  'thread.created',
  'post.created',
  'notification.created',
  'stream.reset',
]

/** Marks as outdated what an event is about; what is on the screen is fetched again. */
export function applyEvent(client: QueryClient, slug: string, event: LiveEvent): void {
  const outdated = (...queryKey: unknown[]) => void client.invalidateQueries({ queryKey })
  switch (event.kind) {
    case 'submission.changed':
      outdated('submission', event.id)
      outdated('submissions', slug)
      outdated('competition', slug)
      outdated('my-standing', slug)
      break
    case 'leaderboard.changed':
      outdated('board', slug)
      outdated('my-standing', slug)
      outdated('competition', slug)
      break
    case 'thread.created':
      outdated('threads', slug)
      break
    case 'post.created':
      outdated('threads', slug)
      outdated('posts', event.thread)
      outdated('thread', event.thread)
      break
    case 'notification.created':
      outdated('notifications')
      // Most of what is told is about teams: somebody came, left, invites, asks to merge.
      outdated('team', slug)
      outdated('invites')
      outdated('competition', slug)
      break
    case 'stream.reset':
      void client.invalidateQueries()
      break
    default:
      event satisfies never
  }
}

type Message = LiveEvent | { kind: 'status'; status: LiveStatus } | { kind: 'hello' }

/**
 * Keeps the pages of a competition up to date while the component is on the screen. The server decides at the start of
 * a stream whose events it carries, so another team (after joining) means another stream.
 */
export function useLiveCompetition(slug: string, team: number | undefined): void {
  const client = useQueryClient()

  useEffect(() => {
    if (typeof EventSource === 'undefined') return
    const name = `podium:${slug}:${team ?? ''}`
    const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(name)
    let source: EventSource | undefined
    let latest: LiveStatus = 'waiting'
    let release = () => {}
    let left = false

    const show = (message: Message) => {
      if (message.kind === 'status') client.setQueryData(['live', slug], message.status)
      else if (message.kind === 'hello') {
        if (source) channel?.postMessage({ kind: 'status', status: latest } satisfies Message)
      } else applyEvent(client, slug, message)
    }
    const tell = (message: Message) => {
      if (left) return
      if (message.kind === 'status') latest = message.status
      show(message)
      channel?.postMessage(message)
    }
    if (channel) channel.onmessage = ({ data }: MessageEvent<Message>) => show(data)

    const listen = () => {
      source = new EventSource(urls.events(slug))
      source.onopen = () => tell({ kind: 'status', status: 'live' })
      source.onerror = () => tell({ kind: 'status', status: 'waiting' })
      for (const kind of kinds) {
        source.addEventListener(kind, (event: MessageEvent<string>) =>
          tell({ kind, ...JSON.parse(event.data) }),
        )
      }
    }
    const close = () => {
      source?.close()
      source = undefined
    }

    const abort = new AbortController()
    if (navigator.locks && channel) {
      navigator.locks
        .request(name, { signal: abort.signal }, () => {
          if (left) return
          listen()
          return new Promise<void>((resolve) => {
            release = resolve
          })
        })
        .catch(() => {}) // Refused only by our own abort.
      channel.postMessage({ kind: 'hello' } satisfies Message)
    } else {
      const follow = () => (document.visibilityState === 'visible' ? source || listen() : close())
      document.addEventListener('visibilitychange', follow, { signal: abort.signal })
      follow()
    }
    return () => {
      left = true
      abort.abort()
      release()
      close()
      channel?.close()
    }
  }, [client, slug, team])
}

/** Whether news of the competition arrive at present. */
export function useLiveStatus(slug: string): LiveStatus {
  return useQuery<LiveStatus>({ queryKey: ['live', slug], queryFn: skipToken }).data ?? 'waiting'
}
