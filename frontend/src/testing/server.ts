import { setupServer } from 'msw/node'
import { handlers } from './handlers.ts'

/** Answers every request of a test; what nobody answers fails the test. */
export const server = setupServer(...handlers)
