// A short form of the proof `hostile-agent`, and the proof's own proof: at a broker with holes it finds them.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BROKERS } from '../proofs/hostile-agent/stage.ts'
import { attackOn, isGood } from '../proofs/hostile-agent.ts'
import { programOrSkip } from '../support/programs.ts'

const context = { random: () => 0.5, progress: () => undefined }

describe('a hostile agent', () => {
  it.for(BROKERS)('reaches nobody over the %s broker', async (broker, test) => {
    if (broker === 'mosquitto') programOrSkip(test, 'mosquitto')
    const verdict = await attackOn(broker, context, { every: 5, races: 10 })
    expect(verdict).toMatchObject({ reads: 0, writes: 0, kicks: 0, letIn: 0, races: 10, wrongRaces: 0 })
    expect(isGood(verdict)).toBe(true)
  })

  it('is seen where the broker lets it', async (test) => {
    programOrSkip(test, 'mosquitto')
    const weaken = (dir: string) => {
      const file = join(dir, 'mosquitto.conf')
      const text = readFileSync(file, 'utf8')
      writeFileSync(
        file,
        text.replace(/^(acl_file|use_username_as_clientid|max_packet_size|message_size_limit).*$/gm, ''),
      )
    }
    const verdict = await attackOn('mosquitto', context, { every: 5, races: 1, weaken })
    expect(isGood(verdict)).toBe(false)
    expect(verdict.reads).toBeGreaterThan(0)
    expect(verdict.writes).toBeGreaterThan(0)
    expect(verdict.kicks).toBeGreaterThan(0)
  })
})
