// What of adding an agent lives in the address: all choices and the token's id, never the token.

export const VALID_MINUTES = [15, 60, 480, 1440] as const
export const WAYS = ['linux', 'docker', 'offline'] as const
export type Way = (typeof WAYS)[number]

export interface AddAgentSearch {
  readonly site?: string | undefined
  readonly minutes?: number | undefined
  readonly uses?: number | undefined
  readonly pre?: true | undefined
  /** Id of the token that was made; the page watches what comes with it. */
  readonly token?: string | undefined
  readonly way?: Way | undefined
}

export function readAddAgentSearch(raw: Record<string, unknown>): AddAgentSearch {
  const uses = Number(raw.uses)
  return {
    site: text(raw.site),
    minutes: VALID_MINUTES.find((minutes) => minutes === Number(raw.minutes)),
    uses: Number.isInteger(uses) && uses > 1 && uses <= 100 ? uses : undefined,
    pre: raw.pre === true || raw.pre === 'true' ? true : undefined,
    token: text(raw.token),
    way: WAYS.find((way) => way === raw.way),
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 64) : undefined
}
