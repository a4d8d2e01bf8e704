import type { EnrolmentTokenRow, MadeEnrolmentToken } from '#shared/http/enrolment.ts'
import { identityCommand } from './identity-command.ts'
import type { CommandOptions } from './settings.ts'

export interface TokenOptions extends CommandOptions {
  readonly site: string
  readonly preApproved?: boolean
  readonly uses?: string
  readonly valid?: string
  readonly note?: string
}

/** Prints the token, once; works beside a collector that runs. */
export async function makeToken(options: TokenOptions): Promise<number> {
  const draft = {
    site: options.site,
    validMinutes: minutesOf(options.valid ?? '24h'),
    uses: Number(options.uses ?? 1),
    preApproved: options.preApproved ?? false,
    note: options.note ?? '',
  }
  const made = (await identityCommand(options, { do: 'make-token', draft })) as MadeEnrolmentToken
  console.log(made.token)
  const until = new Date(made.expiresAt).toISOString()
  const approval = made.preApproved ? 'no approval needed' : 'to be approved in the console'
  console.error(`site ${made.site}, ${made.uses} agent${made.uses === 1 ? '' : 's'}, until ${until}, ${approval}`)
  console.error(`At the site: outrider-agent enrol ${made.url} --token TOKEN`)
  return 0
}

export async function listTokens(options: CommandOptions): Promise<number> {
  for (const t of (await identityCommand(options, { do: 'list-tokens' })) as EnrolmentTokenRow[])
    console.log(
      [t.id, t.site, t.state, `${t.used}/${t.uses}`, new Date(t.expiresAt).toISOString(), t.createdBy, t.note].join(
        '  ',
      ),
    )
  return 0
}

export async function revokeToken(id: string, options: CommandOptions): Promise<number> {
  await identityCommand(options, { do: 'revoke-token', id })
  console.log(`revoked ${id}`)
  return 0
}

/** `90m`, `24h` or a number of minutes. */
function minutesOf(text: string): number {
  const [, number, unit] = /^(\d{1,5})(m|h)?$/.exec(text) ?? []
  if (number === undefined) throw new Error('--valid takes minutes or hours, e.g. 90m or 24h')
  return Number(number) * (unit === 'h' ? 60 : 1)
}
