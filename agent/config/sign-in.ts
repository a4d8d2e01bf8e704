// How the agent signs in at the broker: what agent.yaml says, what its identity (agent/identity) brings along, and where
// the two contradict each other.
import { createPublicKey } from 'node:crypto'
import { z } from 'zod'
import { type Secret, SecretValue } from '#shared/config/secret.ts'
import { AgentId } from '#shared/domain/identity.ts'

/** What enrolment gave this agent. */
export interface EnrolledAs {
  readonly agent: string
  readonly brokerUrl: string
  readonly commandKey: string
  readonly timeZone: string
}

/** What was found in the data folder. `enrolling`: there need not be one yet. */
export type FoundIdentity =
  | { readonly kind: 'none' }
  | { readonly kind: 'enrolling' }
  | { readonly kind: 'good'; readonly identity: EnrolledAs }
  | { readonly kind: 'bad'; readonly problem: string }

export interface SignIn {
  readonly url: string
  readonly username: string
  /** Absent where a certificate signs in. */
  readonly password?: Secret
  readonly ca?: Secret
  readonly cert?: Secret
  readonly key?: Secret
}

/** The keys of agent.yaml. All may be missing where an identity stands for them. */
export const signInKeys = {
  agent: z
    .strictObject({
      id: AgentId.optional().meta({
        example: 'acme-hq-agent',
        description: 'As the collector knows it. Not needed once enrolled, like `broker` and `commandKey`',
      }),
    })
    .prefault({}),
  broker: z
    .strictObject({
      url: z
        .url({ protocol: /^(mqtts?|wss?)$/ })
        .refine((url) => !url.includes('@'), 'put user and password into `username` and `password`')
        .optional()
        .meta({ description: 'MQTT broker, e.g. mqtts://collector.example:8883', example: 'mqtt://127.0.0.1:1883' }),
      username: z.string().min(1).max(128).optional().describe('The agent id when absent'),
      password: SecretValue.optional().meta({
        description: 'A text, {fromEnv: NAME} or {fromFile: PATH}',
        example: { fromEnv: 'OUTRIDER_BROKER_PASSWORD' },
      }),
      ca: SecretValue.optional().describe(
        "PEM of the authority that signed the broker; the identity's or the system ones when absent",
      ),
      cert: SecretValue.optional().describe('PEM of this agent, for brokers that want one'),
      key: SecretValue.optional(),
    })
    .prefault({})
    .describe('The way to the collector'),
  commandKey: z
    .string()
    .max(128)
    .refine(isCommandKey, 'not an Ed25519 public key (base64, as the collector shows it)')
    .default('')
    .describe('Public key of the collector (base64); without it no remote diagnosis runs here'),
}
type SignInFile = z.output<z.ZodObject<typeof signInKeys>>

export interface SignInProblem {
  readonly path: readonly string[]
  readonly message: string
}

/** What is missing without an identity, or said against it. */
export function signInProblems(file: SignInFile, found: FoundIdentity): SignInProblem[] {
  if (found.kind === 'enrolling') return []
  if (found.kind === 'bad') return [{ path: ['dataDir'], message: `the identity cannot be used: ${found.problem}` }]
  const { agent, broker, commandKey } = file
  if (found.kind === 'none') {
    const needed: [string[], unknown][] = [
      [['agent', 'id'], agent.id],
      [['broker', 'url'], broker.url],
      [['broker', 'password'], broker.password],
    ]
    return needed.flatMap(([path, value]) => (value === undefined ? [{ path, message: NEEDED }] : []))
  }
  const { identity } = found
  const problems: SignInProblem[] = []
  const against = (path: string[], message: string) => problems.push({ path, message })
  if (agent.id !== undefined && agent.id !== identity.agent)
    against(['agent', 'id'], `this agent is enrolled as ${identity.agent}; remove the line, or enrol with --replace`)
  if (broker.url !== undefined && !/^(mqtts|wss):/.test(broker.url))
    against(['broker', 'url'], `an enrolled agent signs in over TLS (its collector says ${identity.brokerUrl})`)
  if (broker.username !== undefined && broker.username !== identity.agent)
    against(['broker', 'username'], `the certificate signs in as ${identity.agent}; remove the line`)
  for (const key of ['password', 'cert', 'key'] as const)
    if (broker[key] !== undefined) against(['broker', key], 'this agent signs in with its identity; remove the line')
  if (commandKey !== '' && commandKey !== identity.commandKey)
    against(['commandKey'], 'not the key of the collector this agent is enrolled at; remove the line')
  return problems
}

/** Call only without problems. */
export function signInOf(file: SignInFile, found: FoundIdentity) {
  const { agent, broker, commandKey } = file
  const identity = found.kind === 'good' ? found.identity : undefined
  const id = identity?.agent ?? agent.id ?? ''
  const { url, username, password, ca, cert, key } = broker
  const signIn: SignIn = {
    url: url ?? identity?.brokerUrl ?? '',
    username: username ?? id,
    ...(password ? { password } : {}),
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
  }
  return { agent: { id }, broker: signIn, commandKey: identity?.commandKey ?? commandKey, enrolled: !!identity }
}

const NEEDED = 'needed, or make an identity with `outrider-agent enrol`'

function isCommandKey(text: string): boolean {
  if (text === '') return true
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ed25519'
  } catch {
    return false
  }
}
