// Site configurations as a collector sends them, for tests of the agent's side.
import { generateKeyPairSync } from 'node:crypto'
import { commandKeyOf } from '#collector/diagnostics/command-key.ts'
import { packConfig, piecesOf } from '#collector/site-config/pieces.ts'
import type { SiteConfig } from '#shared/wire/site-config.ts'

/** A collector's key and what it signs for one agent. */
export function configSigner(agent: string) {
  const key = commandKeyOf(generateKeyPairSync('ed25519').privateKey)
  return {
    publicKey: key.publicKey,
    configOf: (configVersion: number, other: Partial<SiteConfig> = {}): SiteConfig => ({
      ...{ agent, configVersion, madeAt: configVersion, credentials: {}, profiles: [], settings: {} },
      devices: [{ id: `device-${configVersion}`, address: '192.0.2.1' }],
      ...other,
    }),
    /** The messages of a configuration, as bytes. */
    pieces(config: SiteConfig): Buffer[] {
      const packed = packConfig(config)
      if ('tooLarge' in packed) throw new Error(packed.tooLarge)
      const head = { agent, version: config.configVersion, sha256: packed.sha256 }
      return piecesOf(head, packed.packed, key.signText).map((part) => Buffer.from(JSON.stringify(part)))
    },
  }
}
