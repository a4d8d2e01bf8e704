// The command line's way to a collector that runs: a socket in its data folder, for its own user only. One request a line,
// one answer a line. Who can open it can read the database and the keys beside it too.
import { chmodSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import type { Logger } from 'pino'
import { z } from 'zod'
import { AgentId } from '#shared/domain/identity.ts'
import { EnrolmentTokenDraft, IdentityReason } from '#shared/http/enrolment.ts'
import type { Enrolment, Result } from './enrolment/enrolment.ts'

export const IdentityCommand = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('make-token'), draft: EnrolmentTokenDraft }),
  z.strictObject({ do: z.literal('list-tokens') }),
  z.strictObject({ do: z.literal('revoke-token'), id: z.string().max(64) }),
  z.strictObject({
    do: z.enum(['revoke-agent', 'release-agent']),
    agent: AgentId,
    reason: IdentityReason.shape.reason,
  }),
])
export type IdentityCommand = z.input<typeof IdentityCommand>

/** What is behind a command: lines for people, or why it was not done. */
export type CommandAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string }

const ACTOR = 'command line'
const MAX_LINE = 16 * 1024
const ANSWER_MS = 15_000
/** Longest path a socket may have (sun_path), with its final zero. */
const MAX_PATH = 108

/** Runs one command. Never rejects. */
export async function runIdentityCommand(
  { enrolment, url }: { readonly enrolment: Enrolment; url(): string },
  given: unknown,
): Promise<CommandAnswer> {
  const parsed = IdentityCommand.safeParse(given)
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0] as z.core.$ZodIssue
    return { ok: false, message: `${path.join('.')}: ${message}` }
  }
  const command = parsed.data
  try {
    switch (command.do) {
      case 'make-token': {
        const made = await enrolment.makeToken(command.draft, ACTOR)
        return made.ok ? { ok: true, value: { ...made.row, token: made.token, url: url() } } : made
      }
      case 'list-tokens':
        return { ok: true, value: enrolment.tokens() }
      case 'revoke-token':
        return answerOf(await enrolment.revokeToken(command.id, ACTOR))
      case 'revoke-agent':
        return answerOf(await enrolment.revoke(command.agent, command.reason, ACTOR))
      case 'release-agent':
        return answerOf(await enrolment.release(command.agent, command.reason, ACTOR))
    }
  } catch (error) {
    return { ok: false, message: (error as Error).message }
  }
}

/** Listens in the data folder; without it the collector runs as well. Returns how to stop. */
export function openControl(
  dir: string,
  desk: { readonly enrolment: Enrolment; url(): string },
  log: Logger,
): () => Promise<void> {
  const path = join(dir, 'control.sock')
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    serve(socket, desk)
  })
  server.on('error', (error) => log.warn({ err: error, path }, 'commands cannot reach this collector while it runs'))
  if (Buffer.byteLength(path) >= MAX_PATH)
    log.warn({ path }, 'the data folder has too long a path for commands to reach it')
  else {
    // the folder is locked: whoever left it is gone
    rmSync(path, { force: true })
    listenForOwner(server, path)
  }
  return () => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => (server.listening ? server.close(() => resolve()) : resolve()))
  }
}

/** Asks the collector that runs on a data folder; undefined: none answers there. Rejects when it breaks off. */
export function askRunning(dir: string, command: IdentityCommand): Promise<CommandAnswer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<CommandAnswer | undefined>()
  const path = join(dir, 'control.sock')
  if (Buffer.byteLength(path) >= MAX_PATH) return Promise.resolve(undefined)
  const socket = connect(path, () => socket.write(`${JSON.stringify(command)}\n`))
  socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error('the collector did not answer in time')))
  onLine(socket, (line) => {
    socket.end()
    resolve(JSON.parse(line) as CommandAnswer)
  })
  socket.on('close', () => reject(new Error('the collector broke off')))
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined)
    else if (error.code === 'EACCES' || error.code === 'EPERM')
      reject(new Error(`${path} is for the collector's own user: run this as that user, or as root`))
    else reject(error)
  })
  return promise
}

/** The socket is bound with the mode of the mask: nobody else may come in before it is narrowed. */
function listenForOwner(server: Server, path: string): void {
  // a worker cannot set the mask; the collector runs in none
  const before = isMainThread ? process.umask(0o177) : undefined
  try {
    server.listen(path, () => chmodSync(path, 0o600))
  } finally {
    if (before !== undefined) process.umask(before)
  }
}

function serve(socket: Socket, desk: { readonly enrolment: Enrolment; url(): string }): void {
  socket.on('error', () => socket.destroy())
  socket.setTimeout(ANSWER_MS, () => socket.destroy())
  onLine(socket, (line) => {
    void runIdentityCommand(desk, jsonOf(line)).then((answer) => socket.end(`${JSON.stringify(answer)}\n`))
  })
}

/** Calls `take` with the first line; a longer one than MAX_LINE ends the connection. Answers may be longer. */
function onLine(socket: Socket, take: (line: string) => void): void {
  let text = ''
  const limit = socket.connecting ? Infinity : MAX_LINE
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
    const end = text.indexOf('\n')
    if (end >= 0) take(text.slice(0, end))
    else if (text.length > limit) socket.destroy()
  })
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function answerOf(result: Result): CommandAnswer {
  return result.ok ? { ok: true, value: null } : result
}
