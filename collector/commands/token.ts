import { EnrolmentTokenDraft, type EnrolmentTokenRow, type MadeEnrolmentToken } from '#shared/http/enrolment.ts'
import { identityCommand } from './identity-command.ts'
import type { CommandOptions } from './settings.ts'

export interface TokenOptions extends CommandOptions {
  readonly site: string
  readonly preApproved?: boolean
  readonly uses?: string
  readonly valid?: string
  readonly note?: string
}

const { uses: USES, validMinutes: VALID } = EnrolmentTokenDraft.shape

/** Prints the token, once; works beside a collector that runs. */
export async function makeToken(options: TokenOptions): Promise<number> {
  const draft = {
    site: options.site,
    validMinutes: minutesOf(options.valid ?? '24h'),
    uses: usesOf(options.uses ?? '1'),
    preApproved: options.preApproved ?? false,
    note: options.note ?? '',
  }
  const made = (await identityCommand(options, { do: 'make-token', draft })) as MadeEnrolmentToken
  console.log(made.token)
  const until = new Date(made.expiresAt).toISOString()
  const approval = made.preApproved ? 'no approval needed' : 'to be approved in the console'
  console.error(`site ${made.site}, ${made.uses} agent${made.uses === 1 ? '' : 's'}, until ${until}, ${approval}`)
  console.error(`At the site: outrider-agent enrol ${made.url} --token TOKEN`)
  if (made.url.startsWith('http:'))
    console.error(
      'No agent sends a token over http: set http.tls to own, or http.publicUrl to the https address of your proxy',
    )
  return 0
}

export async function listTokens(options: CommandOptions): Promise<number> {
  for (const t of (await identityCommand(options, { do: 'list-tokens' })) as EnrolmentTokenRow[])
    console.log(
      [
        t.id,
        t.site,
        t.state,
        `${t.used}/${t.uses}`,
        new Date(t.expiresAt).toISOString(),
        t.createdBy,
        plain(t.note),
      ].join('  '),
    )
  return 0
}

export async function revokeToken(id: string, options: CommandOptions): Promise<number> {
  await identityCommand(options, { do: 'revoke-token', id })
  console.log(`revoked ${id}`)
  return 0
}

/** Somebody else's words: they begin no line of their own and tell the terminal nothing. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim()

/** `90m`, `24h` or a number of minutes. Throws for others, and for what no token may live. */
function minutesOf(text: string): number {
  const [, number, unit] = /^(\d{1,5})(m|h)?$/.exec(text) ?? []
  const minutes = Number(number) * (unit === 'h' ? 60 : 1)
  if (!VALID.safeParse(minutes).success)
    throw new Error('--valid takes minutes or hours, 5m at least and 24h at most, e.g. 90m')
  return minutes
}

function usesOf(text: string): number {
  const uses = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (!USES.safeParse(uses).success) throw new Error('--uses takes a number from 1 to 100')
  return uses
}
