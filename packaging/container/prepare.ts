// One-shot containers of the profiles: secrets are made here at first start and never anywhere else.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { mergedSettings, settingsInUse } from './follow.ts'
import type { Places } from './places.ts'

/** Mosquitto's configuration, InfluxDB's token and what the collector has to know of both. */
export async function prepareProduction(places: Places): Promise<void> {
  for (const name of ['token', 'password']) secret(join(places.influx, name))
  await brokerConfiguration(places)
  addition(places, 'production', {
    // Agents enrol over HTTPS only; settings of one's own may say nothing of it.
    http: { tls: 'own' },
    broker: {
      url: `mqtts://${SERVICE}:${places.mosquittoPort}`,
      certificate: 'own',
      crlFile: join(places.mosquitto, 'crl.pem'),
    },
    influx: {
      url: 'http://influxdb:8086',
      org: 'outrider',
      bucket: 'outrider',
      token: { fromFile: join(places.influx, 'token') },
      readFrom: 'influx',
    },
  })
}

export const DEMO_AGENT = 'demo-agent'

/** The simulated site and the password of its agent. */
export function prepareDemo(places: Places): void {
  const password = join(places.additions, 'demo-password')
  secret(password)
  addition(places, 'demo', {
    customers: [{ id: 'demo', name: 'Demo customer' }],
    sites: [{ id: 'demo', customer: 'demo', name: 'Simulated site', timeZone: 'Asia/Shanghai' }],
    agents: [{ id: DEMO_AGENT, site: 'demo', password: { fromFile: password } }],
  })
}

/** Name of Mosquitto's container, as the collector finds it. */
const SERVICE = 'mosquitto'

function brokerConfiguration(places: Places): Promise<void> {
  const settings = settingsInUse(places)
  writeFileSync(settings, mergedSettings(places), { mode: 0o600 })
  const files = ['--config', settings, '--data', places.data, '--out', places.mosquitto]
  const names = ['--port', `${places.mosquittoPort}`, '--host', ...places.names, SERVICE]
  return new Promise((resolve, reject) => {
    const child = spawn(places.collector, ['broker-config', 'mosquitto', ...files, ...names], { stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`broker-config ended with ${code}`))))
  })
}

/** Made once. Readable by the other containers that mount the volume, which run as other users. */
function secret(file: string): void {
  if (existsSync(file)) return
  mkdirSync(dirname(file), { recursive: true })
  write(file, randomBytes(32).toString('base64url'))
}

function addition(places: Places, name: string, settings: unknown): void {
  mkdirSync(places.additions, { recursive: true })
  write(join(places.additions, `${name}.yaml`), stringify(settings))
}

/** As a whole or not at all: somebody looks at the folder all the time. */
function write(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o644 })
  renameSync(`${file}.new`, file)
}
