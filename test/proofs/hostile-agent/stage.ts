// Where the attack happens: a real collector with one of the two brokers, two sites, and agents that have enrolled.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { makeKeyRequest } from '#agent/identity/csr.ts'
import { openAuthorityKey } from '#collector/authority/authority-key.ts'
import type { Signer } from '#collector/authority/issue.ts'
import { openMasterKeyFile } from '#collector/authority/master-key.ts'
import type { EnrolmentAnswer, EnrolmentGrant, MadeEnrolmentToken } from '#shared/http/enrolment.ts'
import { type ApiClient, createApiClient } from '../../support/api-client.ts'
import { type Child, startChild } from '../../support/child.ts'
import { freePorts } from '../../support/free-ports.ts'
import { mosquittoFilesIn, untilListening, writeMosquittoFiles } from '../../support/mosquitto-with-tls.ts'
import { until } from '../../support/until.ts'
import type { Place, Shown } from './party.ts'

export const BROKERS = ['embedded', 'mosquitto'] as const
export type BrokerKind = (typeof BROKERS)[number]

export interface Enrolled extends Shown {
  readonly agent: string
}

export interface Stage extends Place {
  readonly broker: BrokerKind
  readonly api: ApiClient
  /** The attacker and its second agent of the same site, which is revoked; the witness of another site. */
  readonly a: Enrolled
  readonly revoked: Enrolled
  readonly b: Enrolled
  /** The collector's own authority, whose key nobody but this proof would use like that. */
  readonly signer: Signer
  /** How often the collector lost its broker. */
  collectorLost(): number
  stop(): Promise<void>
}

const PASSWORD = 'correct-horse-battery'
const HOST = '127.0.0.1'

export interface StageOptions {
  /** Changes Mosquitto's configuration before it starts: to prove that the proof finds holes. */
  readonly weaken?: (dir: string) => void
}

export async function openStage(broker: BrokerKind, options: StageOptions = {}): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-hostile-'))
  const [http, plain, port] = (await freePorts(3)) as [number, number, number]
  const yaml = join(dir, 'collector.yaml')
  const files = mosquittoFilesIn(dir, port)
  const secure = { enabled: true, host: HOST, port }
  const settings = {
    ...{ dataDir: join(dir, 'data'), rulesDir: join(dir, 'rules.d'), enrolment: { names: [HOST, 'localhost'] } },
    http: { host: HOST, port: http },
    broker: broker === 'embedded' ? { embedded: { host: HOST, port: plain, tls: secure } } : files.broker,
    customers: [{ id: 'acme', name: 'Acme Ltd' }],
    sites: ['site-a', 'site-b'].map((id) => ({ id, customer: 'acme', name: id })),
  }
  writeFileSync(yaml, stringify(settings))
  const children: Child[] = []
  const stop = async (): Promise<void> => {
    for (const child of children.reverse()) await child.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    if (broker === 'mosquitto') {
      await writeMosquittoFiles(files, yaml, port)
      options.weaken?.(files.out)
      const mosquitto = startChild(['mosquitto', '-c', files.conf])
      children.push(mosquitto)
      await untilListening(mosquitto, port)
    }
    const collector = startChild(['node', 'collector/main.ts', 'run', '--config', yaml], {
      env: { OUTRIDER_ADMIN_PASSWORD: PASSWORD },
    })
    children.push(collector)
    const api = createApiClient(`http://${HOST}:${http}`)
    await until(
      async () => {
        if (children.some((c) => c.exited())) throw new Error(children.map((c) => c.output().slice(-3000)).join('\n'))
        return fetch(`${api.base}/readyz`).then(
          (r) => r.ok,
          () => false,
        )
      },
      { timeoutMs: 60_000, everyMs: 50, what: 'the collector to be ready' },
    )
    await api.signIn('admin', PASSWORD)
    const keys = join(settings.dataDir, 'keys')
    const own = await openAuthorityKey(keys, () => openMasterKeyFile(join(keys, 'seal.key'), false), Date.now())
    if (!own.certificate || !own.key) throw new Error(own.problem)
    const enrolled = async (site: string): Promise<Enrolled> => {
      const { key, csr } = makeKeyRequest('proof')
      const grant = await enrol(api, await makeToken(api, site), csr)
      if (grant?.state !== 'granted') throw new Error(`not granted: ${JSON.stringify(grant)}`)
      return { agent: grant.agent, certificate: grant.certificate, key }
    }
    return {
      ...{ broker, api, port, ca: readFileSync(join(keys, 'ca.pem'), 'utf8'), stop },
      ...{ a: await enrolled('site-a'), revoked: await enrolled('site-a'), b: await enrolled('site-b') },
      signer: { certificate: own.certificate, key: own.key },
      collectorLost: () => collector.output().split('connection to the broker lost').length - 1,
    }
  } catch (error) {
    const said = children.map((c) => c.output().slice(-4000)).join('\n')
    await stop()
    throw new Error(`the stage could not be opened; the programs said:\n${said}`, { cause: error })
  }
}

/** A token for one agent that needs no approval. */
export async function makeToken(api: ApiClient, site: string): Promise<string> {
  const draft = { site, validMinutes: 30, uses: 1, preApproved: true }
  return (await api.post<MadeEnrolmentToken>('/api/v1/enrolment-tokens', draft)).token
}

/** Asks as an agent does, from a loopback address of its own: the API counts by address. undefined: refused. */
export function enrol(
  api: Pick<ApiClient, 'base'>,
  token: string,
  csr: string,
  from = HOST,
): Promise<EnrolmentAnswer | EnrolmentGrant | undefined> {
  const sealingKey = randomBytes(32).toString('base64')
  const body = JSON.stringify({ token, csr, sealingKey, host: 'proof', program: 'proof/1', addresses: [] })
  const headers = { 'content-type': 'application/json', 'x-requested-with': 'outrider' }
  return new Promise((resolve, reject) => {
    const sent = request(
      `${api.base}/api/v1/enrolments`,
      { method: 'POST', headers, localAddress: from, agent: false },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const good = response.statusCode === 201 || response.statusCode === 202
          if (!good && (response.statusCode ?? 500) >= 500) return reject(new Error(Buffer.concat(chunks).toString()))
          resolve(good ? (JSON.parse(Buffer.concat(chunks).toString()) as EnrolmentAnswer) : undefined)
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}
