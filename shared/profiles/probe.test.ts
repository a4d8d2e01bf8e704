import { describe, expect, it } from 'vitest'
import { codesOf, numberFrom } from './interpret.ts'
import { probesAfter, refinedBy } from './probe.ts'
import { loadProfiles, matchProfile } from './profiles.ts'

const file = (name: string, text: string) => ({ file: `${name}.yaml`, text })
const { profiles } = loadProfiles({
  stock: [
    file('generic', 'name: generic'),
    file('common', 'sysobjectid: 1.3.6.1.4.1.8072.*\nx-outrider: { shared: true }'),
    file('sure', 'sysobjectid: 1.3.6.1.4.1.9.*'),
    file('nas', 'x-outrider: { probe: [1.3.6.1.4.1.6574.1.0] }'),
    file('card', 'x-outrider: { probe: [1.3.6.1.4.1.705.1.0, 1.3.6.1.4.1.705.2.0] }'),
  ],
  user: [file('mine', 'x-outrider: { probe: [1.3.6.1.4.1.77.1.0] }')],
})
const probes = (oid: string) => {
  const match = matchProfile(profiles, oid, '')
  if (match === undefined) throw new Error('no match')
  return { match, probes: probesAfter(profiles, match) }
}

describe('equipment behind a foreign agent', () => {
  it('is asked for where the match says little, and only there', () => {
    expect([...probes('1.3.6.1.4.1.8072.3').probes.keys()]).toHaveLength(4)
    expect([...probes('1.3.6.1.4.1.1234').probes.keys()]).toHaveLength(4)
    expect([...probes('1.3.6.1.4.1.9.1').probes.keys()]).toEqual([])
  })

  it('is known by what answers, a profile of the user first, and the reason says so', () => {
    const { match, probes: asked } = probes('1.3.6.1.4.1.8072.3')
    const refined = (...answers: string[]) => refinedBy(match, asked, (oid) => answers.includes(oid))
    expect(refined()).toBe(match)
    expect(refined('1.3.6.1.4.1.705.2.0').profile.name).toBe('card')
    expect(refined('1.3.6.1.4.1.705.1.0', '1.3.6.1.4.1.77.1.0').profile.name).toBe('mine')
    expect(refined('1.3.6.1.4.1.6574.1.0').reason).toMatch(
      /fits 1\.3\.6\.1\.4\.1\.8072\.\*, but answers 1\.3\.6\.1\.4\.1\.6574\.1\.0/,
    )
  })
})

describe('states told in words', () => {
  const { profiles: told } = loadProfiles({
    stock: [],
    user: [
      file(
        'words',
        'metrics: [{ MIB: X, symbol: { OID: 1.3.6.1.4.1.5.1.0, name: health, mapping: { Normal: ok, Critical: bad } } }]',
      ),
    ],
  })
  it('count from 1 in the order of the mapping, however they are written', () => {
    const [metric] = told.get('words')?.scalars ?? []
    if (metric === undefined) throw new Error('no metric')
    expect(metric.states).toEqual({ 1: 'ok', 2: 'bad' })
    const read = (text: string) => numberFrom(metric.reading, Buffer.from(text))
    expect([read('Normal'), read(' CRITICAL '), read('else'), read('')]).toEqual([1, 2, Number.NaN, Number.NaN])
  })
  it('are numbers where the mapping has numbers', () => {
    expect(codesOf({ 1: 'ok', 255: 'bad' })).toBeUndefined()
    expect(codesOf({})).toBeUndefined()
  })
})

it('refuses only the symbol whose pattern for rows cannot be used', () => {
  const { profiles: loaded, problems } = loadProfiles({
    stock: [],
    user: [
      file(
        'rows',
        `metrics:
  - MIB: X
    table: { OID: 1.3.6.1.4.1.5.2, name: xTable }
    symbols:
      - { OID: 1.3.6.1.4.1.5.2.1.3, name: bad, x-outrider: { where: { OID: 1.3.6.1.4.1.5.2.1.2, except: '(' } } }
      - { OID: 1.3.6.1.4.1.5.2.1.4, name: good, x-outrider: { where: { OID: 1.3.6.1.4.1.5.2.1.2, except: '^a' } } }`,
      ),
    ],
  })
  expect(loaded.get('rows')?.tables[0]?.columns.map((column) => column.metric)).toEqual(['good'])
  expect(problems.map((problem) => `${problem.severity} ${problem.file}:${problem.line}`)).toEqual([
    'error rows.yaml:5',
  ])
})
