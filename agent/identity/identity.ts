// Door of the agent's identity: the key made on this machine, the certificate the collector gave for it, the authorities
// to trust, and how all of it stays valid. Enrolment makes it (enrolment.ts), renewal keeps it (renewal.ts).
import { z } from 'zod'
import { AgentId, LocalId } from '#shared/domain/identity.ts'
import { openSealed } from '#shared/seal/seal.ts'
import type { FoundIdentity } from '../config/config.ts'
import { isPair, readAuthorities } from './certificate.ts'
import { identityFiles, type KeyPair, mendFolder, replaceFolder, textOf } from './identity-files.ts'

/** identity.json: what enrolment told, nothing secret. */
export const IdentityRecord = z.object({
  version: z.literal(1),
  agent: AgentId,
  site: z.object({ id: LocalId, name: z.string(), customer: LocalId, timeZone: z.string() }),
  /** mqtts://host:port as seen from the site. */
  brokerUrl: z.string(),
  /** Base64 SPKI of the Ed25519 key that signs commands and configurations. */
  commandKey: z.string(),
  /** Where it was enrolled. */
  collectorUrl: z.string(),
  /** Wall ms. */
  enrolledAt: z.number(),
})
export type IdentityRecord = z.infer<typeof IdentityRecord>

export interface AgentIdentity extends IdentityRecord {
  /** The pair to sign in with now. */
  readonly pair: KeyPair
  /** Authorities to trust, PEM. */
  readonly ca: string
  /** X25519 private key, PKCS#8 PEM: what the site's credentials are sealed to. */
  readonly sealingKey: string
}

export type IdentityRead =
  | { readonly kind: 'none' }
  | { readonly kind: 'good'; readonly identity: AgentIdentity }
  | { readonly kind: 'bad'; readonly problem: string }

/** The identity in a data folder. Never throws; `bad` for one that is there and cannot be used, in words. */
export function readIdentity(dataDir: string): IdentityRead {
  const files = identityFiles(dataDir)
  try {
    mendFolder(files.dir)
    if (!files.exists()) return { kind: 'none' }
    const record = IdentityRecord.safeParse(JSON.parse(files.read('identity.json')))
    if (!record.success) return { kind: 'bad', problem: `${files.dir}/identity.json is not an identity` }
    const pair = files.readPair('agent.pem')
    if (pair === undefined || !isPair(pair.key, pair.certificate))
      return { kind: 'bad', problem: `${files.dir}/agent.pem does not hold a key with its certificate` }
    const ca = files.read('ca.pem')
    if (readAuthorities(ca) === undefined) return { kind: 'bad', problem: `${files.dir}/ca.pem holds no authority` }
    return { kind: 'good', identity: { ...record.data, pair, ca, sealingKey: files.read('sealing-key.pem') } }
  } catch (error) {
    return { kind: 'bad', problem: (error as Error).message }
  }
}

/** The same as agent.yaml wants to know it. */
export function findIdentity(dataDir: string): FoundIdentity {
  const read = readIdentity(dataDir)
  if (read.kind !== 'good') return read
  const { agent, brokerUrl, commandKey, site } = read.identity
  return { kind: 'good', identity: { agent, brokerUrl, commandKey, timeZone: site.timeZone } }
}

/** Opens what was sealed to this agent. Throws when it was sealed to another key, for another purpose or altered. */
export function openerOf(identity: Pick<AgentIdentity, 'sealingKey'>): (box: string, purpose: string) => string {
  return (box, purpose) => openSealed(identity.sealingKey, box, purpose)
}

/** Puts a granted identity on disk, in the place of the one before: 0600 in 0700, all or nothing. Throws for a full disk. */
export function saveIdentity(
  dataDir: string,
  granted: KeyPair & { readonly record: IdentityRecord; readonly ca: string; readonly sealingKey: string },
): void {
  const { record, ca, sealingKey } = granted
  replaceFolder(identityFiles(dataDir).dir, {
    'agent.pem': textOf(granted),
    'ca.pem': ca,
    'sealing-key.pem': sealingKey,
    'identity.json': `${JSON.stringify(record, null, 2)}\n`,
  })
}
