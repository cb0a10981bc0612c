import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'msw'
import type { Plugin } from 'vite'

/** Answers the API from the tests' fixtures while pages are being worked on (`vite --mode mock`); never in a build. */
export function mockServer(): Plugin {
  return {
    name: 'podium-mock-server',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use('/api', async (incoming, outgoing) => {
        const { getResponse } = await import('msw')
        const { handlers } = (await server.ssrLoadModule('/src/testing/handlers.ts')) as {
          handlers: RequestHandler[]
        }
        const answer = await getResponse(handlers, await toRequest(incoming))
        outgoing.statusCode = answer?.status ?? 404
        for (const [name, value] of answer?.headers ?? []) outgoing.setHeader(name, value)
        outgoing.end(answer ? Buffer.from(await answer.arrayBuffer()) : '{"code":"not_found"}')
      })
    },
  }
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const { method = 'GET', originalUrl, headers } = incoming as IncomingMessage & { originalUrl?: string }
  return new Request(`http://${headers.host}${originalUrl ?? ''}`, {
    method,
    headers: { 'content-type': headers['content-type'] ?? '' },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.concat(chunks) }),
  })
}
