// The short form of `npm run proof -- site-graphs`, so that every change meets it.
import { expect, it } from 'vitest'
import { seeded } from './proof-kind.ts'
import { siteGraphs } from './site-graphs.ts'

it('site-graphs: causes of random sites are found, nothing pages after a repair', async () => {
  const said: string[] = []
  const random = seeded(1)
  const verdict = await siteGraphs.run({
    seed: 1,
    rounds: 12,
    brisk: true,
    random,
    progress: (line) => said.push(line),
  })
  expect(verdict, said.join('\n')).toMatchObject({ ok: true })
}, 60_000)
