import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { renderHook } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { useBoard } from './use-board.ts'

afterEach(() => void vi.useRealTimers())

test('a board that is left while it scrolls asks for no more rows', () => {
  vi.useFakeTimers()
  const queries = new QueryClient({ defaultOptions: { queries: { gcTime: Number.POSITIVE_INFINITY } } })
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queries}>{children}</QueryClientProvider>
  )
  const board = renderHook(() => useBoard('solar-cells', { board: 'public' }, undefined, false), { wrapper })
  const before = vi.getTimerCount()
  board.result.current.look(100, 140)
  expect(vi.getTimerCount()).toBe(before + 1)
  board.unmount()
  expect(vi.getTimerCount()).toBe(before)
})
