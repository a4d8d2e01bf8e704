import { expect, it } from 'vitest'
import { seeded } from './proof-kind.ts'
import { replay } from './replay.ts'

it('an hour with a cut, a killed agent and a collector that was down is replayed as it was written', async () => {
  const said: string[] = []
  const progress = (line: string) => void said.push(line)
  const { ok, ...figures } = await replay.run({ seed: 3, rounds: 1, brisk: true, random: seeded(3), progress })
  expect(ok, said.join('\n')).toBe(true)
  expect(figures).toMatchObject({ same: true, exact: true })
}, 60_000)
