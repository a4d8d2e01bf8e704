// Two requests with different keys race for one token: exactly one may get a certificate.
import { makeKeyRequest } from '#agent/identity/csr.ts'
import type { ApiClient } from '../../support/api-client.ts'
import { enrol, makeToken } from './stage.ts'

export interface RaceFigures {
  readonly races: number
  /** Races in which not exactly one certificate was given. */
  readonly wrong: number
}

export async function raceForTokens(api: ApiClient, races: number): Promise<RaceFigures> {
  let wrong = 0
  for (let i = 0; i < races; i++) {
    const token = await makeToken(api, 'site-a')
    const from = `127.0.${1 + Math.floor(i / 20)}.${1 + (i % 20)}`
    const asks = ['one', 'two'].map((name) => enrol(api, token, makeKeyRequest(name).csr, from))
    const granted = (await Promise.all(asks)).filter((a) => a?.state === 'granted').length
    // and whoever comes later gets nothing
    const late = await enrol(api, token, makeKeyRequest('late').csr, from)
    if (granted !== 1 || late !== undefined) wrong++
  }
  return { races, wrong }
}
