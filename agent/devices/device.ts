// A device as the agent's file describes it. The zod schema of the file is in agent/config; this is what rooms pass around.

export interface SnmpCredentials {
  readonly version: 'v1' | 'v2c' | 'v3'
  /** v1/v2c community. */
  readonly community?: string
  /** v3. */
  readonly user?: string
  readonly level?: 'noAuthNoPriv' | 'authNoPriv' | 'authPriv'
  readonly authProtocol?: 'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512'
  readonly authKey?: string
  readonly privProtocol?: 'des' | 'aes' | 'aes256b' | 'aes256r'
  readonly privKey?: string
  readonly context?: string
}

export interface AgentDevice {
  /** Name in the file: [a-z0-9-]. */
  readonly id: string
  readonly name: string
  /** IP address or host name. */
  readonly address: string
  readonly snmp?: SnmpCredentials & {
    readonly port: number
    readonly timeoutMs: number
    readonly retries: number
    readonly intervalMs: number
    /** Profile by name; otherwise matched by sysObjectID. */
    readonly profile?: string
    readonly maxRepetitions: number
  }
  readonly icmp?: { readonly intervalMs: number; readonly count: number; readonly timeoutMs: number }
  readonly tcp?: readonly { readonly port: number; readonly intervalMs: number; readonly timeoutMs: number }[]
  readonly http?: readonly {
    readonly url: string
    readonly intervalMs: number
    readonly timeoutMs: number
    readonly expectStatus: readonly number[]
    readonly verifyTls: boolean
  }[]
  readonly tags: Readonly<Record<string, string>>
  readonly parents: readonly string[]
  readonly poweredBy?: readonly string[]
  readonly via?: readonly string[]
  readonly nearAgent?: boolean
  /** Who says so; the site's own file when absent. */
  readonly origin?: 'file' | 'collector'
}
